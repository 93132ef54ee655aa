package org.koegura.rtpcapture.codes;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds codes among keys that come one by one. Keys are held as long as they may be the beginning of a
/// code; the oldest are released as soon as no code begins with them.
///
/// Pure.
final class CodeMatcher {

    private static final Pattern KEYS = Pattern.compile("[0-9*#]{1,16}");

    private final Set<String> codes;
    private String held = "";

    /// @param codes none of them the beginning of another
    CodeMatcher(Set<String> codes) {
        this.codes = Set.copyOf(codes);
        for (String code : codes) {
            boolean prefix = codes.stream().anyMatch(other -> !other.equals(code) && other.startsWith(code));
            if (prefix || !KEYS.matcher(code).matches()) {
                throw new IllegalArgumentException("code: 1 to 16 of 0 to 9, * and #, none the beginning of another");
            }
        }
    }

    /// What a key has decided.
    ///
    /// @param released how many of the keys that were held, this one the last of them, are of no code:
    /// the oldest
    /// @param code what all the others are; null where they may yet become one, or there are none
    record Decided(int released, @Nullable String code) {}

    /// How many keys are held.
    int held() {
        return held.length();
    }

    Decided press(char key) {
        String keys = held + key;
        int released = 0;
        while (!mayBecomeCode(keys.substring(released))) {
            released++;
        }
        held = keys.substring(released);
        if (!codes.contains(held)) {
            return new Decided(released, null);
        }
        String code = held;
        held = "";
        return new Decided(released, code);
    }

    /// No further key belongs to those that are held.
    void forget() {
        held = "";
    }

    private boolean mayBecomeCode(String keys) {
        return keys.isEmpty() || codes.stream().anyMatch(code -> code.startsWith(keys));
    }

    /// The key of an event (RFC 4733 §3.2); null where it is another sign than a code has.
    static @Nullable Character key(int event) {
        return event >= 0 && event < KEYS_OF_EVENTS.size() ? KEYS_OF_EVENTS.get(event) : null;
    }

    private static final List<Character> KEYS_OF_EVENTS =
            List.of('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#');
}
