/// Words, dates and languages.
@NullMarked
package org.koegura.console.page;

import org.jspecify.annotations.NullMarked;
