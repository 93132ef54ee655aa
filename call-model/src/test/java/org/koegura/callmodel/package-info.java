/// Test fakes and contracts that several rooms share; published as the test-jar of this module.
@NullMarked
package org.koegura.callmodel;

import org.jspecify.annotations.NullMarked;
