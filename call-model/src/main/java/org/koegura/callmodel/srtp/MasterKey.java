package org.koegura.callmodel.srtp;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// A master key with its salt, and the suite that it is for (RFC 3711 §3.2.1). Shows its bytes to
/// whoever asks for them by name, and to nobody else.
public final class MasterKey {

    private final CryptoSuite suite;
    private final byte[] keyAndSalt;

    /// @param keyAndSalt the key, then the salt, as they stand in an `a=crypto` line; they are copied
    /// @throws IllegalArgumentException they are not as long as the suite needs them
    public MasterKey(CryptoSuite suite, byte[] keyAndSalt) {
        int needed = suite.keyBytes() + suite.saltBytes();
        if (keyAndSalt.length != needed) {
            throw new IllegalArgumentException(
                    "key and salt of " + suite + ": " + needed + " bytes are needed, not " + keyAndSalt.length);
        }
        this.suite = suite;
        this.keyAndSalt = keyAndSalt.clone();
    }

    /// A key that nobody had before.
    ///
    /// @param random a `SecureRandom`
    public static MasterKey fresh(CryptoSuite suite, RandomGenerator random) {
        byte[] keyAndSalt = new byte[suite.keyBytes() + suite.saltBytes()];
        random.nextBytes(keyAndSalt);
        return new MasterKey(suite, keyAndSalt);
    }

    public CryptoSuite suite() {
        return suite;
    }

    /// A copy of the key alone.
    public byte[] key() {
        return Arrays.copyOf(keyAndSalt, suite.keyBytes());
    }

    /// A copy of the salt alone.
    public byte[] salt() {
        return Arrays.copyOfRange(keyAndSalt, suite.keyBytes(), keyAndSalt.length);
    }

    /// A copy of both, the key first.
    public byte[] keyAndSalt() {
        return keyAndSalt.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MasterKey that
                && suite == that.suite
                && MessageDigest.isEqual(keyAndSalt, that.keyAndSalt);
    }

    @Override
    public int hashCode() {
        return 31 * suite.hashCode() + Arrays.hashCode(keyAndSalt);
    }

    @Override
    public String toString() {
        return "MasterKey[" + suite + "]";
    }
}
