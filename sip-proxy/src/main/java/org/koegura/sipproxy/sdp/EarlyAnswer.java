package org.koegura.sipproxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.sipproxy.sdp.MediaDescription.Companion;

/// The answer of ours to the offer of an INVITE, as long as whoever is called only rings, so that the caller can be
/// played to (trap 36). The offer goes on with nothing but the one codec that the answer names and telephone events, so
/// that whoever answers as a rule says the same.
///
/// Pure and immutable.
public final class EarlyAnswer {

    /// Every notice is there in packets of that length, in every codec.
    private static final int PACKET_MILLIS = 20;

    private static final String EVENTS = "telephone-event";
    private static final Set<String> OF_A_PAYLOAD_TYPE = Set.of("rtpmap", "fmtp");

    private final SessionDescription narrowed;
    private final LocalMedia local;
    private final long session;
    private final byte[] bytes;

    private EarlyAnswer(SessionDescription narrowed, LocalMedia local, long session) {
        this.narrowed = narrowed;
        this.local = local;
        this.session = session;
        this.bytes = written(narrowed, local, session);
    }

    /// The codec in which an offer can be answered before anybody does: the first that a notice is there in, where the
    /// offer has one m-line, and that is plain audio in both directions. Null where there is none.
    ///
    /// @param encodings names that have a notice, in upper case
    public static @Nullable AudioFormat format(SessionDescription offer, Set<String> encodings) {
        if (offer.media().size() != 1) {
            return null;
        }
        MediaDescription audio = offer.media().getFirst();
        boolean eligible = audio.relayed()
                && audio.isPlainAudio()
                && !audio.offersKeys()
                && !audio.hold()
                && audio.sends()
                && audio.receives();
        return eligible
                ? audio.formats().stream()
                        .filter(format ->
                                format.packetMillis() == PACKET_MILLIS && encodings.contains(format.encodingName()))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /// Answers it.
    ///
    /// @param format one of [#format]
    /// @param local where the caller is to send
    /// @param session its number in `o=`
    public static EarlyAnswer to(SessionDescription offer, AudioFormat format, LocalMedia local, long session) {
        return new EarlyAnswer(CodecFilter.only(offer, payloadTypes(offer, format)), local, session);
    }

    private static Set<Integer> payloadTypes(SessionDescription offer, AudioFormat format) {
        List<Companion> events = offer.media().getFirst().companions().stream()
                .filter(companion -> companion.encodingName().equalsIgnoreCase(EVENTS))
                .toList();
        boolean ownClock = events.stream().anyMatch(event -> event.clockRateHz() == format.clockRateHz());
        Set<Integer> kept = events.stream()
                .filter(event -> !ownClock || event.clockRateHz() == format.clockRateHz()) // RFC 4733 §2.1
                .map(Companion::payloadType)
                .collect(Collectors.toSet());
        kept.add(format.payloadType());
        return kept;
    }

    /// The offer as it goes on, in place of the whole one.
    public SessionDescription narrowed() {
        return narrowed;
    }

    /// The answer, always the same bytes.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// What the answer means for the media: the caller is heard and played to by it, and whoever is called is nowhere
    /// yet.
    public SessionDescription meaning() {
        return read(bytes).meaning(MediaDescription::withoutAddress);
    }

    /// Whether whoever answered says the same of the audio, so that the caller need not be told anything else.
    public boolean says(SessionDescription answer) {
        if (answer.media().size() != 1) {
            return false;
        }
        MediaDescription ours = read(bytes).media().getFirst();
        MediaDescription theirs = answer.media().getFirst();
        return theirs.relayed()
                && !theirs.hold()
                && theirs.transport().equals(ours.transport())
                && theirs.sends()
                && theirs.receives()
                && theirs.rtcpMux() == ours.rtcpMux()
                && theirs.srtp() == null
                && theirs.keys() == MediaDescription.Keys.NONE
                && theirs.formats().equals(ours.formats())
                && Set.copyOf(theirs.companions()).equals(Set.copyOf(ours.companions()));
    }

    /// What the maker of a description says of its session and version; empty where it says nothing.
    public static String origin(SessionDescription sdp) {
        return sdp.session().stream()
                .filter(line -> line.type() == 'o')
                .map(SdpLine::text)
                .findFirst()
                .orElse("");
    }

    /// A later description of the same dialog, with the `o=` that the caller knows (RFC 3264 §8).
    ///
    /// @param version 1 is that of the answer
    public byte[] inItsSession(byte[] later, long version) {
        StringBuilder text = new StringBuilder();
        boolean done = false;
        for (SdpLine line : SdpLine.cut(new String(later, StandardCharsets.ISO_8859_1))) {
            boolean origin = !done && line.type() == 'o';
            text.append(origin ? origin(session, version, local) : line.text()).append(line.ending());
            done |= origin;
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String origin(long session, long version, LocalMedia local) {
        return "o=- " + session + " " + version + " "
                + Connection.write(local.rtp().getAddress());
    }

    private static byte[] written(SessionDescription offer, LocalMedia local, long session) {
        MediaDescription audio = offer.media().getFirst();
        StringBuilder text = new StringBuilder("v=0\r\n");
        text.append(origin(session, 1, local)).append("\r\ns=-\r\n");
        text.append("c=").append(Connection.write(local.rtp().getAddress())).append("\r\nt=0 0\r\n");
        text.append("m=audio ").append(local.rtp().getPort()).append(' ').append(audio.transport());
        audio.formats().forEach(format -> text.append(' ').append(format.payloadType()));
        audio.companions().forEach(companion -> text.append(' ').append(companion.payloadType()));
        text.append("\r\n");
        for (SdpLine line : offer.sections().getFirst()) {
            if (OF_A_PAYLOAD_TYPE.contains(line.attribute())) {
                text.append(line.text()).append("\r\n");
            }
        }
        text.append("a=ptime:").append(PACKET_MILLIS).append("\r\na=sendrecv\r\n");
        if (local.rtcp().getPort() != local.rtp().getPort() + 1) {
            text.append("a=rtcp:").append(local.rtcp().getPort()).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static SessionDescription read(byte[] sdp) {
        return switch (SdpReader.read(sdp)) {
            case SdpReader.Reading.Understood(var understood) -> understood;
            case SdpReader.Reading.Unreadable(var why) -> throw new IllegalStateException("an answer of ours: " + why);
        };
    }
}
