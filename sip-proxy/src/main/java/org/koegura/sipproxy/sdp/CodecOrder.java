package org.koegura.sipproxy.sdp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.koegura.callmodel.AudioFormat;

/// Puts codecs that nobody should speak behind the others, so that the parties agree on one of those if they can. The
/// order of an m-line is nothing but preference (RFC 3264 §5.1, §6.1): what is listed, and what its numbers mean,
/// stays, and whoever answers still chooses.
///
/// Pure, and by the description alone: one that goes on twice has the same order both times, as an offer and as an
/// answer.
public final class CodecOrder {

    private static final Pattern WORD = Pattern.compile("\\S+");

    /// `m=`, the port, and the transport come before the payload types.
    private static final int WORDS_BEFORE = 3;

    private CodecOrder() {}

    /// The description with those of `encodings` first in its m-lines of plain audio, each group in its own order.
    /// An m-line whose first codec is one of them stays, and so does one that has none; what is no codec, such as
    /// telephone events, keeps its place in the list.
    ///
    /// @param encodings names in upper case
    public static SessionDescription first(SessionDescription sdp, Set<String> encodings) {
        StringBuilder text = new StringBuilder();
        sdp.session().forEach(line -> CodecFilter.append(text, line));
        boolean changed = false;
        for (int i = 0; i < sdp.sections().size(); i++) {
            List<SdpLine> lines = sdp.sections().get(i);
            MediaDescription media = sdp.media().get(i);
            boolean moves = moves(media, encodings);
            for (SdpLine line : lines) {
                CodecFilter.append(
                        text, moves && line.type() == 'm' ? ordered(line, media.formats(), encodings) : line);
            }
            changed |= moves;
        }
        return changed ? CodecFilter.read(text.toString(), sdp) : sdp;
    }

    private static boolean moves(MediaDescription media, Set<String> encodings) {
        List<AudioFormat> formats = media.formats();
        return media.relayed()
                && media.isPlainAudio()
                && !formats.isEmpty()
                && !encodings.contains(formats.getFirst().encodingName())
                && formats.stream().anyMatch(format -> encodings.contains(format.encodingName()));
    }

    /// What is between the payload types stays.
    private static SdpLine ordered(SdpLine line, List<AudioFormat> formats, Set<String> encodings) {
        Set<Integer> codecs = formats.stream().map(AudioFormat::payloadType).collect(Collectors.toSet());
        Set<Integer> preferred = formats.stream()
                .filter(format -> encodings.contains(format.encodingName()))
                .map(AudioFormat::payloadType)
                .collect(Collectors.toSet());
        List<String> behind = new ArrayList<>();
        Deque<String> order = new ArrayDeque<>();
        Matcher word = WORD.matcher(line.text());
        for (int i = 0; word.find(); i++) {
            Integer payloadType = i < WORDS_BEFORE ? null : SdpReader.number(word.group(), 127);
            if (payloadType != null && codecs.contains(payloadType)) {
                (preferred.contains(payloadType) ? order : behind).add(word.group());
            }
        }
        order.addAll(behind);
        int[] at = {0};
        return line.with(WORD.matcher(line.text()).replaceAll(found -> {
            Integer payloadType = at[0]++ < WORDS_BEFORE ? null : SdpReader.number(found.group(), 127);
            boolean moved = payloadType != null && codecs.contains(payloadType);
            return Matcher.quoteReplacement(moved ? order.remove() : found.group());
        }));
    }
}
