package org.koegura.sipproxy.routing;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The site's extension patterns (J5): an identity that matches one is inside, everything else is outside.
///
/// A pattern is digits, with `x` for any one digit and a final `*` for any rest: `2xx`, `0990100xxx`,
/// `80*`. Without patterns the way in alone decides, and every identity that comes from inside is one.
public record Extensions(List<String> patterns) {

    /// No patterns: the way in decides.
    public static final Extensions ANY = new Extensions(List.of());

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
        String plain = number.replaceAll("[-.() ]", "");
        return !plain.isEmpty()
                && patterns.stream()
                        .anyMatch(pattern -> expression(pattern).matcher(plain).matches());
    }

    private static Pattern expression(String pattern) {
        boolean open = pattern.endsWith("*");
        String fixed = open ? pattern.substring(0, pattern.length() - 1) : pattern;
        return Pattern.compile(fixed.chars()
                .mapToObj(c -> c == 'x' ? "[0-9]" : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining("", "", open ? ".*" : "")));
    }
}
