package org.koegura.governance.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Argon2id hashes of passwords in PHC form, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` (RFC 9106).
///
/// The parameters are OWASP's first choice for small memory: 19 MiB, two passes, one lane. One hash takes some tens of
/// milliseconds and 19 MiB: callers bound how many run at once.
final class PasswordHash {

    /// Longest password in characters, so that nobody makes us hash a book.
    static final int PASSWORD_CHARACTERS_MAX = 256;

    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    private PasswordHash() {}

    /// Hashes a password under a fresh salt.
    static String of(char[] password, RandomGenerator random) {
        byte[] salt = some(SALT_BYTES, random);
        return phc(salt, hash(password, salt, MEMORY_KIB, PASSES, LANES, HASH_BYTES));
    }

    /// A hash that is no password's: to compare with it takes as long as with any other, to make it takes nothing.
    static String ofNobody(RandomGenerator random) {
        return phc(some(SALT_BYTES, random), some(HASH_BYTES, random));
    }

    private static byte[] some(int count, RandomGenerator random) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String phc(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }

    /// Whether a password belongs to a hash. Takes the same time whichever byte differs.
    static boolean matches(char[] password, String phc) {
        Matcher parts = FORM.matcher(phc);
        if (!parts.matches()) {
            throw new IllegalStateException("a password hash in the database is not Argon2id");
        }
        byte[] expected = Base64.getDecoder().decode(parts.group(5));
        byte[] actual = hash(
                password,
                Base64.getDecoder().decode(parts.group(4)),
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    private static byte[] hash(char[] password, byte[] salt, int memoryKib, int passes, int lanes, int bytes) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[bytes];
        argon2.generateBytes(new String(password).getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
