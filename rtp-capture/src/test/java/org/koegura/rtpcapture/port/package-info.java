/// Tests of the room port.
@NullMarked
package org.koegura.rtpcapture.port;

import org.jspecify.annotations.NullMarked;
