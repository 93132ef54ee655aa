/// Tests of the room notice.
@NullMarked
package org.koegura.rtpcapture.notice;

import org.jspecify.annotations.NullMarked;
