/// Tests of TLS, and certificates for them.
@NullMarked
package org.koegura.sipproxy.tls;

import org.jspecify.annotations.NullMarked;
