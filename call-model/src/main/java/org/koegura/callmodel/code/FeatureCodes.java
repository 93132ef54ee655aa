package org.koegura.callmodel.code;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// By which digits each feature is asked for: the one table of them, for what is dialled and for what is pressed.
///
/// No code is the beginning of another, so that whoever hears digits one by one knows when a code is whole.
///
/// @param leader what every code begins with: `*` or `#`, and up to three more of `0` to `9`, `*`, `#`; no number
///     begins so
/// @param digits what follows it, for each feature that is in use: 1 to 6 of the same
public record FeatureCodes(String leader, Map<Feature, String> digits) {

    private static final Pattern LEADER = Pattern.compile("[*#][0-9*#]{0,3}");
    private static final Pattern DIGITS = Pattern.compile("[0-9*#]{1,6}");
    private static final String LEADER_WORD = "leader";

    /// The usual ones.
    public static final String STANDARD_TEXT = "leader=*5, exempt-1=11, exempt-2=12, exempt-3=13, preserve=21,"
            + " emergency=31, attest=41, replay=51, replay-ja=52, replay-ja-simple=53, replay-en=54, objection=61,"
            + " pause=71, resume=72";

    /// The same.
    public static final FeatureCodes STANDARD = parse(STANDARD_TEXT);

    public FeatureCodes {
        digits = Collections.unmodifiableMap(digits.isEmpty() ? Map.of() : new EnumMap<>(digits));
        if (!LEADER.matcher(leader).matches()) {
            throw new IllegalArgumentException("leader: * or # and up to three digits are needed");
        }
        List<String> known = new ArrayList<>();
        for (String code : digits.values()) {
            if (!DIGITS.matcher(code).matches()) {
                throw new IllegalArgumentException("code: 1 to 6 of 0 to 9, * and # are needed");
            }
            if (known.stream().anyMatch(other -> other.startsWith(code) || code.startsWith(other))) {
                throw new IllegalArgumentException("code: one is the beginning of another");
            }
            known.add(code);
        }
    }

    /// Reads `leader=*5, exempt-1=11, …`: each word at most once, the leader among them.
    public static FeatureCodes parse(String text) {
        String leader = null;
        Map<Feature, String> digits = new EnumMap<>(Feature.class);
        for (String entry : text.strip().split("\\s*,\\s*", -1)) {
            int equals = entry.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("code: WORD=DIGITS is needed");
            }
            String word = entry.substring(0, equals);
            String value = entry.substring(equals + 1);
            String before = word.equals(LEADER_WORD) ? leader : digits.put(feature(word), value);
            if (before != null) {
                throw new IllegalArgumentException("code: a word stands twice");
            }
            leader = word.equals(LEADER_WORD) ? value : leader;
        }
        if (leader == null) {
            throw new IllegalArgumentException("code: a leader is needed");
        }
        return new FeatureCodes(leader, digits);
    }

    private static Feature feature(String word) {
        for (Feature feature : Feature.values()) {
            if (feature.word().equals(word)) {
                return feature;
            }
        }
        throw new IllegalArgumentException("code: an unknown word");
    }

    /// What is asked for by all that was dialled, leader and digits; null where that is no code.
    public @Nullable Feature dialled(String number) {
        return number.startsWith(leader) ? pressed(number.substring(leader.length())) : null;
    }

    /// What is asked for by digits after the leader; null where they are no code, or not a whole one.
    public @Nullable Feature pressed(String after) {
        for (Map.Entry<Feature, String> code : digits.entrySet()) {
            if (code.getValue().equals(after)) {
                return code.getKey();
            }
        }
        return null;
    }

    /// Whether digits after the leader may become a code: they are the beginning of one, and not yet the whole.
    public boolean begins(String after) {
        return digits.values().stream().anyMatch(code -> code.length() > after.length() && code.startsWith(after));
    }
}
