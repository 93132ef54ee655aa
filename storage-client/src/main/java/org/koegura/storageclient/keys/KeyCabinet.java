package org.koegura.storageclient.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;

/// Makes, wraps and opens the keys of recordings; each lies beside the recordings, never among them.
///
/// ```
/// ID.key    0  12  nonce
///          12  32  the recording's key, AES-256-GCM under the master key
///          44  16  tag; additional data "koegura-wrap-1" and the id
/// ```
///
/// Whoever gets a key as bytes clears the array after use. The JDK's own copies of it live until they are collected.
public final class KeyCabinet {

    public static final int KEY_BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    public static final int WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
    private static final byte[] PURPOSE = "koegura-wrap-1".getBytes(US_ASCII);

    private final Layout layout;
    private final Medium medium;
    private final SecureRandom random;
    private final SecretKeySpec master;

    private KeyCabinet(Layout layout, Medium medium, SecureRandom random, SecretKeySpec master) {
        this.layout = layout;
        this.medium = medium;
        this.random = random;
        this.master = master;
    }

    /// Opens the cabinet; makes the master key where none was ever made.
    ///
    /// @throws StoreFault.Missing there are wrapped keys, but the key that wraps them is gone
    /// @throws StoreFault.Damaged the master key is not one, or others may read it
    public static KeyCabinet open(Layout layout, Medium medium, SecureRandom random) throws StoreFault {
        Path file = layout.masterKey();
        if (!Files.exists(file)) {
            makeMasterKey(layout, medium, random);
        }
        byte[] digits = medium.readPrivate(file, 2 * KEY_BYTES + 2);
        byte[] key = new byte[0];
        try {
            key = HexFormat.of().parseHex(new String(digits, US_ASCII).strip());
            if (key.length != KEY_BYTES) {
                throw new StoreFault.Damaged(file + " is not 64 hexadecimal digits: restore it from its backup");
            }
            return new KeyCabinet(layout, medium, random, new SecretKeySpec(key, "AES"));
        } catch (IllegalArgumentException notHexadecimal) {
            throw new StoreFault.Damaged(file + " is not 64 hexadecimal digits: restore it from its backup");
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(digits, (byte) 0);
        }
    }

    private static void makeMasterKey(Layout layout, Medium medium, SecureRandom random) throws StoreFault {
        Path file = layout.masterKey();
        byte[] key = new byte[KEY_BYTES];
        try (Stream<Path> wrapped = Files.list(layout.wrappedKeys())) {
            if (wrapped.findAny().isPresent()) {
                throw new StoreFault.Missing(
                        "there is no " + file + ", but keys wrapped under it: restore it from its backup");
            }
            random.nextBytes(key);
            Medium.writePrivate(file, (HexFormat.of().formatHex(key) + "\n").getBytes(US_ASCII));
        } catch (IOException e) {
            throw medium.fault("make the master key", file, e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// Makes a fresh key for a recording; returns it only once its wrapped form is on stable storage.
    public byte[] make(RecordingId recording) throws StoreFault {
        Path file = layout.wrappedKey(recording);
        if (Files.exists(file)) {
            throw new IllegalArgumentException("recording " + recording + " has a key already");
        }
        byte[] key = new byte[KEY_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(key);
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, recording);
            ByteBuffer wrapped = ByteBuffer.allocate(WRAPPED_BYTES).put(nonce).put(cipher.doFinal(key));
            Medium.writePrivate(file, wrapped.array());
            return key;
        } catch (IOException e) {
            Arrays.fill(key, (byte) 0);
            Medium.deleteQuietly(file, e);
            throw medium.fault("write the key", file, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    /// Opens a recording's key.
    ///
    /// @throws StoreFault.Missing it was destroyed, or never made
    /// @throws StoreFault.Damaged it does not open under the master key
    public byte[] unwrap(RecordingId recording) throws StoreFault {
        Path file = layout.wrappedKey(recording);
        byte[] wrapped = medium.readPrivate(file, WRAPPED_BYTES);
        if (wrapped.length != WRAPPED_BYTES) {
            throw new StoreFault.Damaged(file + " is not a wrapped key: restore it from its backup");
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(wrapped, NONCE_BYTES), recording);
            return cipher.doFinal(wrapped, NONCE_BYTES, WRAPPED_BYTES - NONCE_BYTES);
        } catch (AEADBadTagException otherKey) {
            throw new StoreFault.Damaged(
                    file + " does not open under " + layout.masterKey() + ": restore the two that belong together");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    /// Takes back the key of a recording that holds nothing.
    public void discard(RecordingId recording) throws IOException {
        if (Files.deleteIfExists(layout.wrappedKey(recording))) {
            Medium.forceFolder(layout.wrappedKeys());
        }
    }

    public boolean holds(RecordingId recording) {
        return Files.exists(layout.wrappedKey(recording));
    }

    /// Wraps a key that is no recording's: nonce, key, tag, as above, with the purpose alone as additional data.
    ///
    /// @param purpose what the key is for; no other key's purpose
    public byte[] wrap(byte[] key, byte[] purpose) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            return ByteBuffer.allocate(WRAPPED_BYTES)
                    .put(nonce)
                    .put(cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(key))
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    /// Opens what [#wrap] made; null where it was made under another master key, or for something else.
    public byte @Nullable [] unwrap(byte[] wrapped, byte[] purpose) {
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(wrapped, NONCE_BYTES), purpose)
                    .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
        } catch (AEADBadTagException otherKey) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks AES-256-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, RecordingId recording) throws GeneralSecurityException {
        Cipher cipher = cipher(mode, nonce, PURPOSE);
        cipher.updateAAD(recording.bytes());
        return cipher;
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, master, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(purpose);
        return cipher;
    }
}
