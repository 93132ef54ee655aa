package org.koegura.sipproxy.message;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// One header field as it stands in the message: offsets only, no copy.
///
/// ```
/// v :  SIP/2.0/UDP a.example;branch=z9hG4bK1 ,CRLF SP SIP/2.0/UDP b.example CRLF
/// ^start ^valueFrom                                                        ^valueTo ^end
/// ```
///
/// @param name lower-case long name: `via` for `Via` and for `v`
/// @param start offset of the first byte of its name
/// @param valueFrom offset after the colon
/// @param valueTo offset of the line end that closes it, folds included
/// @param end offset after that line end
public record HeaderField(String name, int start, int valueFrom, int valueTo, int end) {

    /// RFC 3261 §7.3.3 and the registry of compact forms.
    private static final Map<String, String> COMPACT = Map.ofEntries(
            Map.entry("v", "via"),
            Map.entry("f", "from"),
            Map.entry("t", "to"),
            Map.entry("i", "call-id"),
            Map.entry("m", "contact"),
            Map.entry("l", "content-length"),
            Map.entry("c", "content-type"),
            Map.entry("e", "content-encoding"),
            Map.entry("s", "subject"),
            Map.entry("k", "supported"),
            Map.entry("o", "event"),
            Map.entry("u", "allow-events"),
            Map.entry("r", "refer-to"),
            Map.entry("b", "referred-by"),
            Map.entry("x", "session-expires"),
            Map.entry("y", "identity"));

    /// What the names that come in every message mean, as they are mostly written.
    private static final Map<String, String> USUAL = usual(List.of(
            "Via",
            "From",
            "To",
            "Call-ID",
            "CSeq",
            "Contact",
            "Max-Forwards",
            "Route",
            "Record-Route",
            "Content-Type",
            "Content-Length",
            "User-Agent",
            "Server",
            "Allow",
            "Supported",
            "Subject"));

    private static Map<String, String> usual(List<String> names) {
        return names.stream()
                .collect(Collectors.toUnmodifiableMap(name -> name, name -> name.toLowerCase(Locale.ROOT)));
    }

    /// The long lower-case form of a name as it was written.
    static String canonical(String written) {
        String usual = USUAL.get(written);
        if (usual != null) {
            return usual;
        }
        String lower = written.toLowerCase(Locale.ROOT);
        return COMPACT.getOrDefault(lower, lower);
    }
}
