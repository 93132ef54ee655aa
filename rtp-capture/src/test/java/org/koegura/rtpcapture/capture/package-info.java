/// Tests of the room capture.
@NullMarked
package org.koegura.rtpcapture.capture;

import org.jspecify.annotations.NullMarked;
