package org.koegura.sipproxy.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gathers out of a request that cannot be taken what its answer is made of (RFC 3261 §8.2.6.2).
///
/// Reads far more than [WireParser] takes: any line end, a start line of any form that still names a method and a SIP
/// version, lines that are no fields. What it gathers is written anew and must pass the strict parser, so that nothing
/// of the fault reaches the answer.
final class Salvage {

    private static final Set<String> WANTED = Set.of("via", "from", "to", "call-id", "cseq");

    private final byte[] bytes;
    private int at;

    private Salvage(byte[] bytes) {
        this.bytes = bytes;
    }

    /// The request less everything that its answer does not need, or null where it cannot or must not be answered.
    static @Nullable WireMessage of(byte[] datagram) {
        Salvage salvage = new Salvage(datagram);
        salvage.at = Octets.skipSpace(datagram, 0, datagram.length);
        String method = method(salvage.line());
        if (method == null) {
            return null;
        }
        List<String> kept = salvage.fields();
        String text = method + " sip:unreadable.invalid SIP/2.0\r\n" + String.join("\r\n", kept) + "\r\n\r\n";
        try {
            WireMessage message = WireMessage.parse(Octets.bytes(text));
            boolean answerable = WANTED.stream().allMatch(name -> message.count(name) > 0);
            var _ = message.topVia();
            return answerable ? message : null;
        } catch (MessageFault e) {
            return null;
        }
    }

    /// The method of what was meant as a request line; null for a response, for an ACK, and for what is not SIP.
    private static @Nullable String method(String line) {
        String[] words = line.strip().split("\\s+", -1);
        String version = words[words.length - 1].toUpperCase(Locale.ROOT);
        boolean request = words.length > 1 && version.startsWith("SIP/") && Octets.isToken(words[0]);
        return request && !words[0].equals("ACK") ? words[0] : null;
    }

    /// The fields that an answer repeats, as written but with whole line ends; of those that stand once, the first.
    private List<String> fields() {
        List<String> kept = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int read = 0; at < bytes.length && read < WireParser.FIELDS_MAX; read++) {
            StringBuilder field = new StringBuilder(line());
            if (field.isEmpty()) {
                break;
            }
            while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
                field.append("\r\n").append(line());
            }
            String text = field.toString();
            int colon = text.indexOf(':');
            String name = colon < 0
                    ? ""
                    : HeaderField.canonical(text.substring(0, colon).stripTrailing());
            if (WANTED.contains(name) && (name.equals("via") || !names.contains(name))) {
                kept.add(text);
                names.add(name);
            }
        }
        return kept;
    }

    /// The text up to the next line end of any kind, which is passed over.
    private String line() {
        int from = at;
        while (at < bytes.length && bytes[at] != '\r' && bytes[at] != '\n') {
            at++;
        }
        int to = at;
        if (at < bytes.length && bytes[at] == '\r' && at + 1 < bytes.length && bytes[at + 1] == '\n') {
            at++;
        }
        at = Math.min(at + 1, bytes.length);
        return Octets.text(bytes, from, to);
    }
}
