package org.koegura.storageclient.cloud;

import java.util.regex.Pattern;

/// One object, as its store holds it.
///
/// @param key its name: words joined by `/`, none of which begins with a dot
/// @param bytes its length
/// @param sha256 hash of its content, 64 lower-case hexadecimal digits
public record CloudObject(String key, long bytes, String sha256) {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public CloudObject {
        requireKey(key);
        if (bytes < 0 || !HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "cloud object: a length and 64 lower-case hexadecimal digits are needed");
        }
    }

    static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    static void requireKey(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("cloud key: plain words joined by '/' are needed");
        }
    }
}
