package org.koegura.sipproxy.negotiation;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.sipproxy.sdp.MediaDescription;

/// What one completed exchange of offer and answer settled, per m-line and leg (RFC 3264 §6, §7).
///
/// @param inside what the inside party receives, by m-line
/// @param outside what the outside party receives, by m-line
/// @param audio index of the m-line that is the call's audio; -1 where none passes through us
/// @param form in which both parties speak, on that m-line or on one that passes us by
public record Agreement(List<RemoteMedia> inside, List<RemoteMedia> outside, int audio, Form form) {

    /// What kind of audio was agreed.
    public enum Form {
        /// None.
        NONE,
        /// None, but a fax (T.38 over UDPTL), which passes through us.
        FAX,
        /// RTP whose payloads can be read.
        PLAIN,
        /// Sealed between the parties (SRTP): it passes, and nobody on the way can announce in it or keep it.
        SEALED,
        /// Over TCP, to a group of receivers, or to no address of the internet: it passes us by.
        FOREIGN
    }

    public Agreement {
        inside = List.copyOf(inside);
        outside = List.copyOf(outside);
    }

    /// Brings two descriptions together. Blocks where a party names its address by host name.
    ///
    /// What a party receives is what its own description lists, as far as the other lists it too. Encodings
    /// match by name and clock; each side keeps the payload types that it declared itself, since a payload type
    /// is the receiver's to choose.
    public static Agreement of(Side offer, Side answer) {
        Side inside = offer.leg() == Leg.INSIDE ? offer : answer;
        Side outside = offer.leg() == Leg.INSIDE ? answer : offer;
        List<MediaDescription> in = inside.sdp().media();
        List<MediaDescription> out = outside.sdp().media();
        List<RemoteMedia> insideReceives = new ArrayList<>();
        List<RemoteMedia> outsideReceives = new ArrayList<>();
        int audio = -1;
        Form form = Form.NONE;
        for (int i = 0; i < Math.min(in.size(), out.size()); i++) {
            insideReceives.add(receives(in.get(i), out.get(i), inside.source()));
            outsideReceives.add(receives(out.get(i), in.get(i), outside.source()));
            if (audio < 0 && isAudio(in.get(i)) && isAudio(out.get(i))) {
                audio = i;
                form = isPlain(offer.sdp().media().get(i), answer.sdp().media().get(i)) ? Form.PLAIN : Form.SEALED;
            } else if (audio < 0 && isAlive(in.get(i)) && isAlive(out.get(i))) {
                form = Form.FOREIGN;
            } else if (form == Form.NONE && isFax(in.get(i)) && isFax(out.get(i))) {
                form = Form.FAX;
            }
        }
        return new Agreement(insideReceives, outsideReceives, audio, form);
    }

    /// As the next process needs it: it takes whatever audio there is for plain.
    public CallCheckpoint.Agreed checkpoint() {
        return new CallCheckpoint.Agreed(inside, outside, form == Form.PLAIN ? audio : -1);
    }

    /// The same, if its audio could be anything.
    public Agreement sealed() {
        return new Agreement(inside, outside, audio, Form.SEALED);
    }

    /// What another process saw agreed. In which form they speak was judged when the call was answered.
    public static Agreement resumed(CallCheckpoint.Agreed had) {
        return new Agreement(had.inside(), had.outside(), had.audio(), had.audio() < 0 ? Form.NONE : Form.PLAIN);
    }

    public List<RemoteMedia> of(Leg leg) {
        return switch (leg) {
            case INSIDE -> inside;
            case OUTSIDE -> outside;
        };
    }

    /// Whether the audio stands still by agreement, so that silence says nothing about the call's being over.
    public boolean onHold() {
        return audio < 0 || held(inside.get(audio)) || held(outside.get(audio));
    }

    /// Whether the audio has a format whose encoding name is in `encodings`.
    public boolean speaks(Set<String> encodings) {
        return audio >= 0
                && outside.get(audio).formats().stream().anyMatch(format -> encodings.contains(format.encodingName()));
    }

    private static boolean held(RemoteMedia party) {
        return party.rtp() == null || !party.receives();
    }

    /// Two that say keys beside plain RTP mean SRTP (RFC 8643 §3.1), and so do one that could and one that takes it up
    /// (RFC 5939 §3.6.2).
    private static boolean isPlain(MediaDescription offer, MediaDescription answer) {
        return offer.isPlainAudio() && answer.isPlainAudio() && !(offer.offersKeys() && answer.takesKeys());
    }

    private static boolean isAlive(MediaDescription media) {
        return media.media().equals("audio") && !media.declined();
    }

    private static boolean isFax(MediaDescription media) {
        return media.media().equals("image") && media.transport().equals("UDPTL") && media.relayed();
    }

    private static boolean isAudio(MediaDescription media) {
        return media.media().equals("audio") && media.isRtp() && media.relayed();
    }

    private static RemoteMedia receives(MediaDescription own, MediaDescription other, InetAddress source) {
        if (own.declined() || other.declined()) {
            return new RemoteMedia(null, null, source, List.of(), List.of(), false);
        }
        InetSocketAddress rtp = own.hold() ? null : address(own.host(), own.port(), source);
        boolean onePort = !own.isRtp() || (own.rtcpMux() && other.rtcpMux()) || own.port() == 65_535;
        return new RemoteMedia(
                rtp,
                rtp == null || onePort ? rtp : rtcp(own, source),
                source,
                formats(own, other),
                companions(own, other),
                own.sources(),
                own.receives(),
                own.srtp());
    }

    private static @Nullable InetSocketAddress rtcp(MediaDescription own, InetAddress source) {
        if (own.rtcpPort() == 0) {
            return null;
        }
        return own.rtcpPort() > 0
                ? address(own.rtcpHost() == null ? own.host() : own.rtcpHost(), own.rtcpPort(), source)
                : address(own.host(), own.port() + 1, source);
    }

    private static List<AudioFormat> formats(MediaDescription own, MediaDescription other) {
        return own.formats().stream()
                .filter(mine -> other.formats().stream()
                        .anyMatch(theirs -> mine.encodingName().equals(theirs.encodingName())
                                && mine.clockRateHz() == theirs.clockRateHz()))
                .toList();
    }

    private static List<Integer> companions(MediaDescription own, MediaDescription other) {
        return own.companions().stream()
                .filter(mine -> other.companions().stream()
                        .anyMatch(theirs -> mine.encodingName().equals(theirs.encodingName())
                                && mine.clockRateHz() == theirs.clockRateHz()))
                .map(MediaDescription.Companion::payloadType)
                .toList();
    }

    /// Where a party stands. A name is not looked up: the resolver blocks, and a peer must not hold up the calls of
    /// others; such a party is reached where its signalling comes from.
    private static @Nullable InetSocketAddress address(@Nullable String host, int port, InetAddress signalling) {
        if (host == null) {
            return null;
        }
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
        return new InetSocketAddress(literal == null ? signalling : literal, port);
    }
}
