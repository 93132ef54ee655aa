/// Tests of what numbers mean.
@NullMarked
package org.koegura.sipproxy.numbers;

import org.jspecify.annotations.NullMarked;
