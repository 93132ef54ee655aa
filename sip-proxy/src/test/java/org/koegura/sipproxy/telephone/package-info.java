@NullMarked
package org.koegura.sipproxy.telephone;

import org.jspecify.annotations.NullMarked;
