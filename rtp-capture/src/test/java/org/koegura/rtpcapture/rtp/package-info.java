/// Tests of the room rtp.
@NullMarked
package org.koegura.rtpcapture.rtp;

import org.jspecify.annotations.NullMarked;
