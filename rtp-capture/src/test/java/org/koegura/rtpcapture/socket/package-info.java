/// Tests of the sockets of the packet path, on loopback.
@NullMarked
package org.koegura.rtpcapture.socket;

import org.jspecify.annotations.NullMarked;
