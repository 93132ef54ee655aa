package org.koegura.server.bench.media;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What rtpengine's control protocol is written in: strings, whole numbers, lists and dictionaries.
///
/// Of what is read, strings are a `String`, numbers a `Long`; a character is a byte (ISO 8859-1).
final class Bencode {

    /// Deeper than anything that rtpengine answers.
    private static final int DEPTH_MAX = 16;

    private final String text;
    private int at;

    private Bencode(String text) {
        this.text = text;
    }

    /// Writes a value of these types, the keys of a dictionary in rising order.
    static String write(Object value) {
        return switch (value) {
            case String string -> string.getBytes(StandardCharsets.ISO_8859_1).length + ":" + string;
            case Long number -> "i" + number + "e";
            case List<?> list -> {
                StringBuilder text = new StringBuilder("l");
                list.forEach(element -> text.append(write(element)));
                yield text.append('e').toString();
            }
            case Map<?, ?> map -> {
                StringBuilder text = new StringBuilder("d");
                new TreeMap<>(map)
                        .forEach((key, element) -> text.append(write(key)).append(write(element)));
                yield text.append('e').toString();
            }
            default -> throw new IllegalArgumentException("not to be written: " + value.getClass());
        };
    }

    /// Reads one value, to the end of the text.
    ///
    /// @throws IllegalArgumentException where it is none
    static Object read(String text) {
        Bencode reading = new Bencode(text);
        Object value = reading.value(0);
        if (reading.at != text.length()) {
            throw new IllegalArgumentException("more than one value");
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException("too deep");
        }
        return switch (peek()) {
            case 'i' -> number();
            case 'l' -> list(depth);
            case 'd' -> dictionary(depth);
            default -> string();
        };
    }

    private char peek() {
        if (at >= text.length()) {
            throw new IllegalArgumentException("it ends too soon");
        }
        return text.charAt(at);
    }

    private Long number() {
        at++;
        return Long.valueOf(upTo('e'));
    }

    private String string() {
        int length = Integer.parseInt(upTo(':'));
        if (length < 0 || length > text.length() - at) {
            throw new IllegalArgumentException("a string is longer than what is there");
        }
        at += length;
        return text.substring(at - length, at);
    }

    private List<Object> list(int depth) {
        at++;
        List<Object> list = new ArrayList<>();
        while (peek() != 'e') {
            list.add(value(depth + 1));
        }
        at++;
        return list;
    }

    private Map<String, Object> dictionary(int depth) {
        at++;
        Map<String, Object> map = new TreeMap<>();
        while (peek() != 'e') {
            String key = string();
            map.put(key, value(depth + 1));
        }
        at++;
        return map;
    }

    private String upTo(char end) {
        int stop = text.indexOf(end, at);
        if (stop < 0) {
            throw new IllegalArgumentException("no " + end);
        }
        String before = text.substring(at, stop);
        at = stop + 1;
        return before;
    }
}
