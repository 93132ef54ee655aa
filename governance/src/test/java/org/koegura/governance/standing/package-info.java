/// Tests of passwords and limits.
@NullMarked
package org.koegura.governance.standing;

import org.jspecify.annotations.NullMarked;
