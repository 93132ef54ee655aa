@NullMarked
package org.koegura.verifier;

import org.jspecify.annotations.NullMarked;
