/// Tests of what a recording says of itself.
@NullMarked
package org.koegura.storageclient.manifest;

import org.jspecify.annotations.NullMarked;
