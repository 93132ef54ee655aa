@NullMarked
package org.koegura.audio;

import org.jspecify.annotations.NullMarked;
