/// Tests of sockets and lanes.
@NullMarked
package org.koegura.sipproxy.transport;

import org.jspecify.annotations.NullMarked;
