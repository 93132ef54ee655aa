package org.koegura.sipproxy.numbers;

import java.util.Set;
import java.util.regex.Pattern;

/// What a site sets about numbers.
///
/// @param emergency which numbers call for help, and how they are dialled
/// @param callbacks who calls back after such a call, in E.164
public record Numbering(EmergencyNumbers emergency, Set<String> callbacks) {

    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

    /// Japan, without an outside-line prefix and without numbers that call back.
    public static final Numbering USUAL =
            new Numbering(new EmergencyNumbers(DialPlan.NONE, EmergencyNumbers.JAPAN), Set.of());

    public Numbering {
        callbacks = Set.copyOf(callbacks);
        if (!callbacks.stream().allMatch(Numbering::isE164)) {
            throw new IllegalArgumentException("number: + and 7 to 15 digits are needed");
        }
    }

    /// Whether a text is a number in E.164.
    public static boolean isE164(String text) {
        return E164.matcher(text).matches();
    }

    /// How the site writes numbers.
    public DialPlan plan() {
        return emergency.plan();
    }
}
