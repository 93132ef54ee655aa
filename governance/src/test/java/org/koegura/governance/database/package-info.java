/// Tests of the tables.
@NullMarked
package org.koegura.governance.database;

import org.jspecify.annotations.NullMarked;
