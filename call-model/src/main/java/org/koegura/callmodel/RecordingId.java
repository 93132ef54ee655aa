package org.koegura.callmodel;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Names one recording: 32 lower-case hexadecimal digits, also the name of its folder and of its key.
public record RecordingId(String value) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    public RecordingId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("recording id: 32 lower-case hexadecimal digits are needed");
        }
    }

    /// Makes a new identifier of 128 random bits.
    public static RecordingId random(RandomGenerator random) {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return new RecordingId(HexFormat.of().formatHex(bits));
    }

    /// The 16 bytes behind the digits, as they stand in the recording's file header.
    public byte[] bytes() {
        return HexFormat.of().parseHex(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
