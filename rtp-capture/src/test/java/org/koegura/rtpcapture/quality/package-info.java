/// Tests of the room: pure classes by tables and properties, the rest over real loopback sockets.
@NullMarked
package org.koegura.rtpcapture.quality;

import org.jspecify.annotations.NullMarked;
