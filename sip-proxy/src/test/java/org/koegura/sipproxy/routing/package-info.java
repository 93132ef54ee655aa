/// Tests of where the proxy stands and who is inside.
@NullMarked
package org.koegura.sipproxy.routing;

import org.jspecify.annotations.NullMarked;
