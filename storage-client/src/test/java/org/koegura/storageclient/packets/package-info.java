/// Tests of the packets file, its buffers and its hashes.
@NullMarked
package org.koegura.storageclient.packets;

import org.jspecify.annotations.NullMarked;
