/// The console over real HTTP, governance and SQLite; only calls and store are arranged by the tests.
@NullMarked
package org.koegura.console;

import org.jspecify.annotations.NullMarked;
