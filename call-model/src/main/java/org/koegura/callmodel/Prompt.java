package org.koegura.callmodel;

import java.util.regex.Pattern;

/// One version of the spoken notice (N4).
///
/// @param id stable name of this version, for example `notice-ja-1`
/// @param language BCP 47 tag, for example `ja`
/// @param text the words spoken
/// @param sha256 hash of the prompt's audio file, 64 lower-case hexadecimal digits
public record Prompt(String id, String language, String text, String sha256) {

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public Prompt {
        if (!HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException("prompt hash: 64 lower-case hexadecimal digits are needed");
        }
    }
}
