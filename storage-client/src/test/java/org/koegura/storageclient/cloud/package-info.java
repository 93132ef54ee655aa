/// Tests of the second home.
@NullMarked
package org.koegura.storageclient.cloud;

import org.jspecify.annotations.NullMarked;
