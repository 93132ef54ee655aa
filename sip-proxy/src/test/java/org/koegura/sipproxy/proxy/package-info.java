/// Tests of what the proxy remembers of telephones and registrars.
@NullMarked
package org.koegura.sipproxy.proxy;

import org.jspecify.annotations.NullMarked;
