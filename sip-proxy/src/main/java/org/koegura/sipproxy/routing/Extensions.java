package org.koegura.sipproxy.routing;

import java.util.List;
import java.util.regex.Pattern;

/// The site's extension patterns (J5): an identity that matches one is inside, everything else is outside.
///
/// A pattern is digits, with `x` for any one digit and a final `*` for any rest: `2xx`, `0990100xxx`,
/// `80*`. Without patterns the way in alone decides, and every identity that comes from inside is one.
public record Extensions(List<String> patterns) {

    /// No patterns: the way in decides.
    public static final Extensions ANY = new Extensions(List.of());

    private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");
    private static final Pattern FORM = Pattern.compile("[0-9+x]+\\*?|\\*");

    public Extensions {
        patterns = List.copyOf(patterns);
        for (String pattern : patterns) {
            if (!isPattern(pattern)) {
                throw new IllegalArgumentException("extension pattern: digits, x and a final * are needed");
            }
        }
    }

    /// Whether a text is a pattern.
    public static boolean isPattern(String text) {
        return text.length() <= 32 && FORM.matcher(text).matches();
    }

    /// Whether any were given.
    public boolean isSet() {
        return !patterns.isEmpty();
    }

    /// Whether a number, or the user part of an identity, matches one of them.
    public boolean match(String number) {
        String plain = SEPARATORS.matcher(number).replaceAll("");
        return !plain.isEmpty() && patterns.stream().anyMatch(pattern -> matches(pattern, plain));
    }

    /// Digit by digit: nothing is compiled, since every INVITE asks several times.
    private static boolean matches(String pattern, String number) {
        boolean open = pattern.endsWith("*");
        int fixed = open ? pattern.length() - 1 : pattern.length();
        if (number.length() < fixed || (!open && number.length() > fixed)) {
            return false;
        }
        for (int i = 0; i < fixed; i++) {
            char wanted = pattern.charAt(i);
            char given = number.charAt(i);
            if (wanted == 'x' ? given < '0' || given > '9' : given != wanted) {
                return false;
            }
        }
        return true;
    }
}
