package org.koegura.sipproxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.koegura.callmodel.AudioFormat;

/// Takes codecs out of a description that nobody may speak, so that the parties agree on one of the rest.
///
/// Pure, and by the description alone: one that goes on twice loses the same both times, as an offer and as an answer.
public final class CodecFilter {

    /// Attributes that belong to one payload type, which is their first word.
    private static final Set<String> OF_A_PAYLOAD_TYPE = Set.of("rtpmap", "fmtp", "rtcp-fb");

    private CodecFilter() {}

    /// The description with nothing but `encodings`, telephone events and comfort noise in its m-lines of plain audio.
    /// An m-line that has none of `encodings` stays whole: the call outranks its recording.
    ///
    /// @param encodings names in upper case
    public static SessionDescription keep(SessionDescription sdp, Set<String> encodings) {
        return keep(sdp, media -> media.relayed() && media.isPlainAudio() ? kept(media, encodings) : Set.of());
    }

    /// The description with nothing but these payload types in each of its m-lines.
    static SessionDescription only(SessionDescription sdp, Set<Integer> payloadTypes) {
        Set<String> kept = payloadTypes.stream().map(String::valueOf).collect(Collectors.toSet());
        return keep(sdp, _ -> kept);
    }

    private static SessionDescription keep(SessionDescription sdp, Function<MediaDescription, Set<String>> keeping) {
        StringBuilder text = new StringBuilder();
        sdp.session().forEach(line -> append(text, line));
        boolean changed = false;
        for (int i = 0; i < sdp.sections().size(); i++) {
            Set<String> kept = keeping.apply(sdp.media().get(i));
            if (kept.isEmpty()) {
                sdp.sections().get(i).forEach(line -> append(text, line));
            } else {
                section(text, sdp.sections().get(i), kept);
                changed = true;
            }
        }
        return changed ? read(text.toString(), sdp) : sdp;
    }

    /// The payload types that stay, as they are written; empty where all do.
    private static Set<String> kept(MediaDescription media, Set<String> encodings) {
        Set<String> kept = new HashSet<>();
        for (AudioFormat format : media.formats()) {
            if (encodings.contains(format.encodingName())) {
                kept.add(Integer.toString(format.payloadType()));
            }
        }
        if (!kept.isEmpty()) {
            media.companions().forEach(companion -> kept.add(Integer.toString(companion.payloadType())));
        }
        return kept;
    }

    private static void section(StringBuilder text, List<SdpLine> lines, Set<String> kept) {
        Set<String> gone = new HashSet<>();
        for (SdpLine line : lines) {
            if (line.type() == 'm') {
                append(text, line.with(formats(line.text(), kept, gone)));
            } else if (!OF_A_PAYLOAD_TYPE.contains(line.attribute())
                    || !gone.contains(firstWord(line.attributeValue()))) {
                append(text, line);
            }
        }
    }

    /// The m-line without the payload types that go; what is between the others stays.
    private static String formats(String line, Set<String> kept, Set<String> gone) {
        StringBuilder text = new StringBuilder();
        int word = 0;
        int at = 0;
        while (at < line.length()) {
            int start = at;
            while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            int from = at;
            while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            String written = line.substring(from, at);
            if (word < 3 || written.isEmpty() || kept.contains(plain(written))) {
                text.append(line, start, at);
            } else {
                gone.add(written);
            }
            word++;
        }
        return text.toString();
    }

    /// A payload type without leading zeros, as its number is printed.
    private static String plain(String payloadType) {
        Integer number = SdpReader.number(payloadType, 127);
        return number == null ? payloadType : Integer.toString(number);
    }

    private static String firstWord(String value) {
        return value.split("\\s", 2)[0];
    }

    static void append(StringBuilder text, SdpLine line) {
        text.append(line.text()).append(line.ending());
    }

    static SessionDescription read(String text, SessionDescription otherwise) {
        return switch (SdpReader.read(text.getBytes(StandardCharsets.ISO_8859_1))) {
            case SdpReader.Reading.Understood(var sdp) -> sdp;
            case SdpReader.Reading.Unreadable _ -> otherwise;
        };
    }
}
