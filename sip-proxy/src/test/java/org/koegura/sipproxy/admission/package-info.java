/// Tests of who may use the proxy, and how much of it.
@NullMarked
package org.koegura.sipproxy.admission;

import org.jspecify.annotations.NullMarked;
