package org.koegura.sipproxy.message;

import java.util.Locale;
import java.util.function.IntPredicate;

/// Reads a short text from the left, once, without giving anything back. Belongs to one thread.
///
/// Where a regular expression says the same it costs several times as much, and each message has a dozen such texts.
final class Cursor {

    private static final int PORT_DIGITS_MAX = 5;

    private final String text;
    private int at;

    Cursor(String text, int from) {
        this.text = text;
        this.at = from;
    }

    boolean isAtEnd() {
        return at == text.length();
    }

    /// Takes one character where it is the next one; in either case for letters.
    boolean take(char expected) {
        if (at < text.length() && Character.toLowerCase(text.charAt(at)) == expected) {
            at++;
            return true;
        }
        return false;
    }

    /// Takes all that are so, maybe none.
    String run(IntPredicate which) {
        int from = at;
        while (at < text.length() && which.test(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /// Takes white space; false where there is none.
    boolean skipWhite() {
        return !run(Cursor::isWhite).isEmpty();
    }

    /// A host name, an IPv4 address or an IPv6 address in brackets, as written; empty where there is none.
    String host() {
        int from = at;
        if (!take('[')) {
            return run(c -> isAlphanumeric(c) || c == '.' || c == '_' || c == '-');
        }
        boolean whole = !run(c -> isDigit(c) || isBetween(c | 0x20, 'a', 'f') || c == ':' || c == '.')
                        .isEmpty()
                && take(']');
        return whole ? text.substring(from, at) : "";
    }

    /// One to five digits; -1 where there are none, or more.
    int port() {
        String digits = run(Cursor::isDigit);
        return digits.isEmpty() || digits.length() > PORT_DIGITS_MAX ? -1 : Integer.parseInt(digits);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static boolean isWhite(int c) {
        return c == ' ' || isBetween(c, '\t', '\r');
    }

    private static boolean isDigit(int c) {
        return isBetween(c, '0', '9');
    }

    private static boolean isAlphanumeric(int c) {
        return isDigit(c) || isBetween(c | 0x20, 'a', 'z');
    }

    private static boolean isBetween(int c, char first, char last) {
        return c >= first && c <= last;
    }
}
