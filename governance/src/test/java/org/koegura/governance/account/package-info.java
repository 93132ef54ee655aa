/// Tests of passwords and limits.
@NullMarked
package org.koegura.governance.account;

import org.jspecify.annotations.NullMarked;
