package org.koegura.sipproxy.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The `;name=value` parameters of an element, with where each stands.
///
/// @param list in order of appearance
public record Parameters(List<Parameter> list) {

    /// One parameter.
    ///
    /// @param name in lower case
    /// @param value as written, quotes included; null where there is no `=`
    /// @param nameTo offset after its name
    /// @param valueFrom offset of its value; `nameTo` where there is none
    /// @param valueTo offset after its value
    public record Parameter(String name, @Nullable String value, int nameTo, int valueFrom, int valueTo) {}

    public Parameters {
        list = List.copyOf(list);
    }

    /// Reads the parameters in a range that starts at a semicolon or is empty.
    static Parameters scan(byte[] bytes, int from, int to) {
        List<Parameter> found = new ArrayList<>();
        int at = from;
        while (at < to) {
            int end = endOfParameter(bytes, at + 1, to);
            Parameter parameter = parameter(bytes, at + 1, end);
            if (!parameter.name().isEmpty()) {
                found.add(parameter);
            }
            at = end;
        }
        return new Parameters(found);
    }

    private static int endOfParameter(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ';') {
            at = bytes[at] == '"' ? Octets.skipQuoted(bytes, at, to) : at + 1;
        }
        return at;
    }

    private static Parameter parameter(byte[] bytes, int from, int to) {
        int equals = from;
        while (equals < to && bytes[equals] != '=') {
            equals++;
        }
        int nameFrom = Octets.skipSpace(bytes, from, equals);
        int nameTo = Octets.trimSpace(bytes, nameFrom, equals);
        String name = Octets.text(bytes, nameFrom, nameTo).toLowerCase(Locale.ROOT);
        if (equals == to) {
            return new Parameter(name, null, nameTo, nameTo, nameTo);
        }
        int valueFrom = Octets.skipSpace(bytes, equals + 1, to);
        int valueTo = Octets.trimSpace(bytes, valueFrom, to);
        return new Parameter(name, Octets.text(bytes, valueFrom, valueTo), nameTo, valueFrom, valueTo);
    }

    /// The first parameter of that lower-case name, or null.
    public @Nullable Parameter find(String name) {
        for (Parameter parameter : list) {
            if (parameter.name().equals(name)) {
                return parameter;
            }
        }
        return null;
    }

    /// Its value, or null where it is absent or has none.
    public @Nullable String value(String name) {
        Parameter parameter = find(name);
        return parameter == null ? null : parameter.value();
    }
}
