package org.koegura.verifier.format;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// Decrypts chunks with the key of one recording. Owned by one thread.
public final class ChunkCipher {

    private final SecretKey key;
    private final Cipher cipher;

    public ChunkCipher(SecretKey key) {
        this.key = key;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every Java platform has AES/GCM/NoPadding", impossible);
        }
    }

    /// The plaintext of one chunk; throws [Malformed] where it is not what was encrypted at its place.
    public byte[] open(ChunkReader.Chunk chunk, byte[] associatedData) throws Malformed {
        byte[] nonce = ByteBuffer.allocate(12).putLong(4, chunk.index).array();
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * ChunkReader.TAG_BYTES, nonce));
            cipher.updateAAD(associatedData);
            return cipher.doFinal(chunk.sealed);
        } catch (AEADBadTagException changed) {
            throw new Malformed(chunk.range, "chunk " + chunk.index + " does not decrypt under the recording's key");
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("a chunk within its bounds always decrypts or fails its tag", impossible);
        }
    }
}
