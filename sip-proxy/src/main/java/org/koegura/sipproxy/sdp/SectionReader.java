package org.koegura.sipproxy.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.sipproxy.sdp.MediaDescription.Companion;

/// Reads one m-line and the lines below it, with the session's lines as defaults. Used once and thrown away.
final class SectionReader {

    private static final int PACKET_MILLIS = 20;
    private static final int PACKET_MILLIS_MIN = 10;
    private static final int PACKET_MILLIS_MAX = 200;

    /// More sources than this have no meaning: with them a party says nothing.
    private static final int SOURCES_MAX = 16;

    private static final int SOURCE_DIGITS_MAX = 10;
    private static final long SOURCE_MAX = 0xFFFF_FFFFL;

    /// RFC 3551 §6, table 4: audio payload types that need no `a=rtpmap`.
    private static final Map<Integer, Encoding> STATIC = Map.of(
            0, new Encoding("PCMU", 8000),
            3, new Encoding("GSM", 8000),
            4, new Encoding("G723", 8000),
            8, new Encoding("PCMA", 8000),
            9, new Encoding("G722", 8000),
            12, new Encoding("QCELP", 8000),
            13, new Encoding("CN", 8000),
            15, new Encoding("G728", 8000),
            18, new Encoding("G729", 8000));

    private final List<SdpLine> session;
    private final List<SdpLine> section;

    SectionReader(List<SdpLine> session, List<SdpLine> section) {
        this.session = session;
        this.section = section;
    }

    private record Encoding(String name, int clockRateHz) {}

    /// Null where the `m=` itself cannot be read.
    @Nullable
    MediaDescription read() {
        String[] words = section.getFirst().value().strip().split("\\s+", -1);
        if (words.length < 3) {
            return null;
        }
        int slash = words[1].indexOf('/');
        Integer port = SdpReader.number(slash < 0 ? words[1] : words[1].substring(0, slash), 65_535);
        if (port == null) {
            return null;
        }
        String media = words[0].toLowerCase(Locale.ROOT);
        String transport = words[2].toUpperCase(Locale.ROOT);
        SdpLine connectionLine = first(section, 'c');
        if (connectionLine == null) {
            connectionLine = first(session, 'c');
        }
        Connection connection = connectionLine == null ? null : Connection.read(connectionLine.value());
        boolean foreign = connectionLine != null
                && (connection == null
                        ? !connectionLine.value().strip().regionMatches(true, 0, "IN ", 0, 3)
                        : connection.isMulticast());
        Direction direction = direction();
        Rtcp rtcp = rtcp();
        List<AudioFormat> formats = new ArrayList<>();
        List<Companion> companions = new ArrayList<>();
        if (MediaDescription.isPlainAudio(media, transport)) {
            readFormats(words, formats, companions);
        }
        return new MediaDescription(
                media,
                port,
                transport,
                connection == null ? null : connection.host(),
                connection != null && connection.isHold(),
                (MediaDescription.isUdp(transport) || transport.equals("UDPTL")) && !foreign,
                rtcp.port(),
                rtcp.host(),
                attribute(section, "rtcp-mux") != null,
                direction.sends(),
                direction.receives(),
                formats,
                companions,
                sources(),
                SrtpLines.said(session, section),
                null);
    }

    private void readFormats(String[] words, List<AudioFormat> formats, List<Companion> companions) {
        Map<Integer, Encoding> encodings = new HashMap<>(STATIC);
        for (SdpLine line : section) {
            if (line.attribute().equals("rtpmap")) {
                readRtpmap(line.attributeValue(), encodings);
            }
        }
        int packetMillis = packetMillis();
        for (int i = 3; i < words.length; i++) {
            Integer payloadType = SdpReader.number(words[i], 127);
            Encoding encoding = payloadType == null ? null : encodings.get(payloadType);
            if (payloadType == null || encoding == null) {
                continue;
            }
            if (MediaDescription.isCompanion(encoding.name())) {
                companions.add(new Companion(payloadType, encoding.name(), encoding.clockRateHz()));
            } else {
                formats.add(new AudioFormat(payloadType, encoding.name(), encoding.clockRateHz(), packetMillis));
            }
        }
    }

    /// `a=rtpmap:96 opus/48000/2`. One that cannot be read names nothing.
    private static void readRtpmap(String value, Map<Integer, Encoding> encodings) {
        String[] words = value.split("\\s+", -1);
        if (words.length < 2) {
            return;
        }
        Integer payloadType = SdpReader.number(words[0], 127);
        String[] encoding = words[1].split("/", -1);
        Integer clockRateHz = encoding.length < 2 ? null : SdpReader.number(encoding[1], 10_000_000);
        if (payloadType == null || clockRateHz == null || clockRateHz == 0 || encoding[0].isEmpty()) {
            return;
        }
        String channels = encoding.length < 3 ? "1" : encoding[2];
        String name = encoding[0].toUpperCase(Locale.ROOT);
        // Two channels in one payload are another format than the one whose name they bear (RFC 3551 §4.1).
        boolean plain = channels.equals("1") || name.equals("OPUS");
        encodings.put(payloadType, new Encoding(plain ? name : name + "/" + channels, clockRateHz));
    }

    /// Milliseconds of `a=ptime`, not above `a=maxptime`, within what an [AudioFormat] takes.
    private int packetMillis() {
        int asked = millis("ptime", PACKET_MILLIS);
        int capped = Math.min(asked, millis("maxptime", PACKET_MILLIS_MAX));
        return Math.clamp(capped, PACKET_MILLIS_MIN, PACKET_MILLIS_MAX);
    }

    private int millis(String name, int otherwise) {
        SdpLine line = attribute(section, name);
        Integer value = line == null ? null : SdpReader.number(line.attributeValue(), 1_000_000);
        return value == null || value == 0 ? otherwise : value;
    }

    private record Direction(boolean sends, boolean receives) {}

    /// The m-line's own direction, else the session's, else `sendrecv` (RFC 8866 §6.7).
    private Direction direction() {
        for (List<SdpLine> lines : List.of(section, session)) {
            for (SdpLine line : lines) {
                switch (line.attribute()) {
                    case "sendrecv" -> {
                        return new Direction(true, true);
                    }
                    case "sendonly" -> {
                        return new Direction(true, false);
                    }
                    case "recvonly" -> {
                        return new Direction(false, true);
                    }
                    case "inactive" -> {
                        return new Direction(false, false);
                    }
                    default -> {}
                }
            }
        }
        return new Direction(true, true);
    }

    /// `a=ssrc:314159 cname:user@example.com`: each source has a line for each of its attributes (RFC 5576 §4.1). What
    /// cannot be read names nothing.
    private List<Integer> sources() {
        Set<Integer> sources = new LinkedHashSet<>();
        for (SdpLine line : section) {
            Integer source = line.attribute().equals("ssrc") ? source(line.attributeValue()) : null;
            if (source != null) {
                sources.add(source);
            }
        }
        return sources.size() > SOURCES_MAX ? List.of() : List.copyOf(sources);
    }

    private static @Nullable Integer source(String value) {
        String digits = value.split("\\s", 2)[0];
        boolean number = !digits.isEmpty()
                && digits.length() <= SOURCE_DIGITS_MAX
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        long source = number ? Long.parseLong(digits) : -1;
        return source < 0 || source > SOURCE_MAX ? null : Integer.valueOf((int) source);
    }

    private record Rtcp(int port, @Nullable String host) {}

    /// `a=rtcp:53020 IN IP6 2001:db8::1` (RFC 3605); port -1 where there is none that can be read.
    private Rtcp rtcp() {
        SdpLine line = attribute(section, "rtcp");
        if (line == null) {
            return new Rtcp(-1, null);
        }
        String[] words = line.attributeValue().split("\\s+", 2);
        Integer port = SdpReader.number(words[0], 65_535);
        Connection connection = words.length < 2 ? null : Connection.read(words[1]);
        return new Rtcp(port == null ? -1 : port, connection == null ? null : connection.host());
    }

    private static @Nullable SdpLine first(List<SdpLine> lines, char type) {
        for (SdpLine line : lines) {
            if (line.type() == type) {
                return line;
            }
        }
        return null;
    }

    private static @Nullable SdpLine attribute(List<SdpLine> lines, String name) {
        for (SdpLine line : lines) {
            if (line.attribute().equals(name)) {
                return line;
            }
        }
        return null;
    }
}
