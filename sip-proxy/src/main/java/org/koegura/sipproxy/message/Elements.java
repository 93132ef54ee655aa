package org.koegura.sipproxy.message;

import java.util.ArrayList;
import java.util.List;

/// Splits the value of a field at its commas (RFC 3261 §7.3.1), leaving those in quotes and angle brackets alone.
public final class Elements {

    private Elements() {}

    /// One element.
    ///
    /// @param field the field that it stands in
    /// @param from offset of its first byte that is not white space
    /// @param to offset after its last byte that is not white space
    /// @param next offset of the next element of the same field, or the field's end of value
    /// @param alone whether the field has no other element
    public record Element(HeaderField field, int from, int to, int next, boolean alone) {}

    /// The elements of one field, in order; empty ones are skipped.
    static List<Element> of(byte[] bytes, HeaderField field) {
        List<int[]> ranges = new ArrayList<>();
        int start = field.valueFrom();
        int at = start;
        boolean inBrackets = false;
        while (at < field.valueTo()) {
            switch (bytes[at]) {
                case '"' -> {
                    at = inBrackets ? at + 1 : Octets.skipQuoted(bytes, at, field.valueTo());
                    continue;
                }
                case '<' -> inBrackets = true;
                case '>' -> inBrackets = false;
                case ',' -> {
                    if (!inBrackets) {
                        ranges.add(new int[] {start, at});
                        start = at + 1;
                    }
                }
                default -> {}
            }
            at++;
        }
        ranges.add(new int[] {start, field.valueTo()});
        return trimmed(bytes, field, ranges);
    }

    private static List<Element> trimmed(byte[] bytes, HeaderField field, List<int[]> ranges) {
        List<int[]> kept = new ArrayList<>();
        for (int[] range : ranges) {
            int from = Octets.skipSpace(bytes, range[0], range[1]);
            int to = Octets.trimSpace(bytes, from, range[1]);
            if (from < to) {
                kept.add(new int[] {from, to});
            }
        }
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            int next = i + 1 < kept.size() ? kept.get(i + 1)[0] : field.valueTo();
            elements.add(new Element(field, kept.get(i)[0], kept.get(i)[1], next, kept.size() == 1));
        }
        return elements;
    }
}
