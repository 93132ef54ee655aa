package org.koegura.storageclient.packets;

import java.nio.ByteBuffer;

/// Encrypts the chunks of one packets file. Owned by whoever owns the file; not safe for two threads.
///
/// A seam: that no plaintext reaches the disk is shown by a search that does find it when a test puts in a cipher that
/// changes nothing.
public interface ChunkCipher {

    int TAG_BYTES = 16;

    /// Encrypts chunk `index`: consumes `plain`, puts ciphertext and tag.
    void seal(long index, boolean last, ByteBuffer plain, ByteBuffer sealed);

    /// Decrypts chunk `index`: consumes `sealed`, puts the plaintext. False where the tag does not hold; nothing was
    /// put then.
    boolean open(long index, boolean last, ByteBuffer sealed, ByteBuffer plain);

    /// How to make the cipher of one file.
    @FunctionalInterface
    interface Kind {

        /// Makes it.
        ///
        /// @param key the recording's key; not kept, the caller clears it
        /// @param header the file's header, which every chunk is bound to
        ChunkCipher with(byte[] key, byte[] header);
    }
}
