@NullMarked
package org.koegura.rtpcapture.codes;

import org.jspecify.annotations.NullMarked;
