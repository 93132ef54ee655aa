/// Tests of what is lent to the kernel.
@NullMarked
package org.koegura.rtpcapture.kernel;

import org.jspecify.annotations.NullMarked;
