/// Tests of how bytes get to the disk to stay.
@NullMarked
package org.koegura.storageclient.medium;

import org.jspecify.annotations.NullMarked;
