/// Tests of reading and rewriting session descriptions.
@NullMarked
package org.koegura.sipproxy.sdp;

import org.jspecify.annotations.NullMarked;
