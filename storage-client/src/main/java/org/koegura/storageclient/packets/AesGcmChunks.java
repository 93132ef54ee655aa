package org.koegura.storageclient.packets;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-256-GCM: the chunk's number is the nonce; the file's header, that number and the last mark are additional data.
///
/// No keystream is ever used twice. A chunk that could not be written whole is dropped, and its number goes to the
/// closing chunk, whose plaintext is then empty; two tags under one nonce could help to forge a chunk under this key,
/// but not past the signed hash of the file.
public final class AesGcmChunks implements ChunkCipher {

    private static final int NONCE_BYTES = 12;

    private final SecretKeySpec key;
    private Cipher cipher;
    private long latestSealed = -1;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final byte[] additional;

    public AesGcmChunks(byte[] key, byte[] header) {
        this.key = new SecretKeySpec(key, "AES");
        this.additional =
                ByteBuffer.allocate(header.length + Long.BYTES + 1).put(header).array();
        this.cipher = cipher();
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    @Override
    public void seal(long index, boolean last, ByteBuffer plain, ByteBuffer sealed) {
        if (index == latestSealed && !plain.hasRemaining()) {
            // The JDK refuses a nonce twice; over nothing at all it is harmless (see above), so a fresh cipher may.
            cipher = cipher();
        }
        latestSealed = index;
        try {
            start(Cipher.ENCRYPT_MODE, index, last);
            cipher.doFinal(plain, sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM refused a chunk", e);
        }
    }

    @Override
    public boolean open(long index, boolean last, ByteBuffer sealed, ByteBuffer plain) {
        try {
            start(Cipher.DECRYPT_MODE, index, last);
            cipher.doFinal(sealed, plain);
            return true;
        } catch (AEADBadTagException changed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM refused a chunk", e);
        }
    }

    private void start(int mode, long index, boolean last) throws GeneralSecurityException {
        ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, index);
        int numberAt = additional.length - Long.BYTES - 1;
        ByteBuffer.wrap(additional).putLong(numberAt, index).put(additional.length - 1, (byte) (last ? 1 : 0));
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(additional);
    }
}
