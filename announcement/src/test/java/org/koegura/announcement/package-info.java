@NullMarked
package org.koegura.announcement;

import org.jspecify.annotations.NullMarked;
