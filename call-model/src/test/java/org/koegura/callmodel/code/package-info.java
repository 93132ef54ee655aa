/// Tests of the codes.
@NullMarked
package org.koegura.callmodel.code;

import org.jspecify.annotations.NullMarked;
