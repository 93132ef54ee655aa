package org.koegura.sipproxy.message;

import java.nio.charset.StandardCharsets;

/// What a byte may be in RFC 3261 §25.1, and byte ranges as text.
///
/// Text is ISO-8859-1 throughout, one character a byte, so that nothing is lost between bytes and characters.
final class Octets {

    private Octets() {}

    static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAlphanumeric(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /// `token` of RFC 3261 §25.1.
    static boolean isToken(char c) {
        return isAlphanumeric(c) || "-.!%*_+`'~".indexOf(c) >= 0;
    }

    static boolean isToken(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (!isToken(text.charAt(at))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /// 1 to 10 digits, and no sign: what a number of a header is, leading zeros allowed.
    static boolean isNumber(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (!isDigit(text.charAt(at))) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 10;
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static int skipSpace(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    static int trimSpace(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && isSpace(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    /// The text of a range with its folds taken out: each run that holds a line end becomes one space.
    static String unfolded(byte[] bytes, int from, int to) {
        int start = skipSpace(bytes, from, to);
        int end = trimSpace(bytes, start, to);
        int fold = start;
        while (fold < end && bytes[fold] != '\r' && bytes[fold] != '\n') {
            fold++;
        }
        return fold == end ? text(bytes, start, end) : withoutFolds(bytes, start, end);
    }

    private static String withoutFolds(byte[] bytes, int start, int end) {
        StringBuilder unfolded = new StringBuilder(end - start);
        for (int at = start; at < end; at++) {
            if (bytes[at] == '\r' || bytes[at] == '\n') {
                int text = unfolded.length();
                while (text > 0 && unfolded.charAt(text - 1) <= ' ') {
                    text--;
                }
                unfolded.setLength(text);
                unfolded.append(' ');
                at = skipSpace(bytes, at, end) - 1;
            } else {
                unfolded.append((char) (bytes[at] & 0xff));
            }
        }
        return unfolded.toString();
    }

    /// The offset after a quoted string that starts at `from`, or `to` where it is never closed.
    static int skipQuoted(byte[] bytes, int from, int to) {
        int at = from + 1;
        while (at < to && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, to);
    }
}
