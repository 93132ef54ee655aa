/// SIP.
@NullMarked
package org.koegura.sipproxy;

import org.jspecify.annotations.NullMarked;
