/// The whole room over loopback: real sockets and transactions, peers that say what they are told to.
@NullMarked
package org.koegura.sipproxy;

import org.jspecify.annotations.NullMarked;
