/// Tests of name resolution, against a name server that speaks DNS on loopback.
@NullMarked
package org.koegura.sipproxy.dns;

import org.jspecify.annotations.NullMarked;
