package org.koegura.sipproxy.sdp;

import java.util.Locale;
import java.util.Set;

/// Lines that would lead media past us, or make the far party refuse what comes from us. ADR 22 says of each why.
///
/// Not among them, since nothing in them names a place: `rtcp-mux`, `rtcp-mux-only`, `crypto`, `fingerprint`, `setup`,
/// `ssrc`, `mid`, `group:ANAT` (each of its m-lines gets an address of ours), `sctp-port`.
final class WaysPastUs {

    /// ICE (RFC 8839, and the draft that some telephones still speak).
    private static final Set<String> ICE = Set.of(
            "candidate",
            "remote-candidate",
            "remote-candidates",
            "end-of-candidates",
            "ice-ufrag",
            "ice-pwd",
            "ice-lite",
            "ice-options",
            "ice-mismatch",
            "ice-pacing");

    /// Other addresses for the same media: RFC 6947, RFC 7006, the drafts before them, and the realms by which media
    /// relays of a carrier may take each other out (OMR, 3GPP TS 29.079).
    private static final Set<String> ALTERNATIVES =
            Set.of("alt", "altc", "ccap", "visited-realm", "secondary-realm", "omr-m-cksum", "omr-s-cksum");

    /// One port for several m-lines (RFC 9143 §7.3.3: without it each keeps its own); and senders other than we
    /// (RFC 4570), from whom alone the far party would take packets.
    private static final Set<String> OTHERS = Set.of("bundle-only", "source-filter");

    private WaysPastUs() {}

    /// Whether that line is taken out.
    static boolean isOne(SdpLine line) {
        String value = line.attributeValue();
        return switch (line.attribute()) {
            case "group" -> firstWord(value).equals("bundle");
            // a capability, which the answer may make an attribute (RFC 5939 §3.5.1)
            case "acap" -> {
                String inner = value.substring(firstWord(value).length()).strip();
                String name = inner.split("[:\\s]", 2)[0].toLowerCase(Locale.ROOT);
                yield name.equals("rtcp") || isOne(name);
            }
            default -> isOne(line.attribute());
        };
    }

    private static boolean isOne(String attribute) {
        return ICE.contains(attribute) || ALTERNATIVES.contains(attribute) || OTHERS.contains(attribute);
    }

    private static String firstWord(String value) {
        return value.split("\\s", 2)[0].toLowerCase(Locale.ROOT);
    }
}
