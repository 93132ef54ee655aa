/// Tests of the door over a real database and a real journal; only live calls and recordings are played by others.
@NullMarked
package org.koegura.governance;

import org.jspecify.annotations.NullMarked;
