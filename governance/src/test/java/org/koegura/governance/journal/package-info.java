/// Tests of the journal on real files.
@NullMarked
package org.koegura.governance.journal;

import org.jspecify.annotations.NullMarked;
