/// Tests of the transaction layer over real loopback sockets.
@NullMarked
package org.koegura.sipproxy.transaction;

import org.jspecify.annotations.NullMarked;
