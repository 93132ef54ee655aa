package org.koegura.sipproxy.sdp;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.srtp.SrtpKeys;

/// One m-line and what the lines below it say (RFC 8866 §5.14).
///
/// @param media `audio`, `video`, `image` …, in lower case
/// @param port 0 to 65535; 0 declines the m-line
/// @param transport such as `RTP/AVP`, in upper case
/// @param host where media is wanted, an address literal or a host name; null where no `c=` applies
/// @param hold whether that address is the hold of old (`0.0.0.0`, `::`)
/// @param passing whether a relay over UDP can stand in this m-line's way at all
/// @param rtcpPort port of `a=rtcp`; -1 where there is none, 0 where no RTCP is to be sent
/// @param rtcpHost address of `a=rtcp`; null where it names none
/// @param rtcpMux whether RTP and RTCP may share a port (RFC 5761)
/// @param sends whether its direction says that it sends
/// @param receives whether its direction says that it receives
/// @param formats audio formats in order of preference; empty where it is no unencrypted RTP audio
/// @param companions payload types of telephone-event and comfort noise, as `formats` empty where it is no such
/// audio
/// @param sources SSRCs of `a=ssrc` (RFC 5576), as 32 bits; empty where there are none, or more than anybody has
/// @param keys what it says of keys for SRTP, also where it is of plain RTP
/// @param srtp the keys of its leg, where its party speaks SRTP that is ended here: all else is then as
/// if it were plain
public record MediaDescription(
        String media,
        int port,
        String transport,
        @Nullable String host,
        boolean hold,
        boolean passing,
        int rtcpPort,
        @Nullable String rtcpHost,
        boolean rtcpMux,
        boolean sends,
        boolean receives,
        List<AudioFormat> formats,
        List<Companion> companions,
        List<Integer> sources,
        Keys keys,
        @Nullable SrtpKeys srtp) {

    /// What the maker of a description says of keys for SRTP.
    public enum Keys {
        NONE,
        /// It could, should its partner like (RFC 5939).
        CAPABILITY,
        /// It does, if its partner does (RFC 8643).
        SAID
    }

    /// A payload type that accompanies audio and is not audio, such as telephone-event (RFC 4733).
    public record Companion(int payloadType, String encodingName, int clockRateHz) {}

    public MediaDescription {
        formats = List.copyOf(formats);
        companions = List.copyOf(companions);
        sources = List.copyOf(sources);
    }

    /// One that nobody can read, and so nobody can send to.
    static final MediaDescription UNREADABLE = new MediaDescription(
            "unreadable",
            0,
            "",
            null,
            false,
            false,
            -1,
            null,
            false,
            false,
            false,
            List.of(),
            List.of(),
            List.of(),
            Keys.NONE,
            null);

    /// No name of anything (RFC 2606 §2).
    private static final String NAMELESS = "unnamed.invalid";

    /// The same, where it is to be relayed and says no address: its party is where its signalling comes from, as that
    /// of any name is.
    MediaDescription atNamelessHost() {
        return !relayed() || host != null ? this : with(NAMELESS, hold, rtcpHost);
    }

    /// The same, with its party where its signalling comes from, whatever address it says.
    public MediaDescription atSender() {
        return with(NAMELESS, hold, null);
    }

    /// The same, as if it held in the old way: nothing is sent to its party.
    MediaDescription withoutAddress() {
        return with(host, true, rtcpHost);
    }

    /// The same, to whose party no RTCP is sent.
    MediaDescription withoutReports() {
        return with(host, hold, 0, rtcpHost, srtp);
    }

    /// The same, where its party speaks SRTP that is ended here.
    MediaDescription withSrtp(SrtpKeys ended) {
        return with(host, hold, rtcpPort, rtcpHost, ended);
    }

    private MediaDescription with(@Nullable String where, boolean held, @Nullable String reportsTo) {
        return with(where, held, rtcpPort, reportsTo, srtp);
    }

    private MediaDescription with(
            @Nullable String where,
            boolean held,
            int reportsAt,
            @Nullable String reportsTo,
            @Nullable SrtpKeys srtpKeys) {
        return new MediaDescription(
                media,
                port,
                transport,
                where,
                held,
                passing,
                reportsAt,
                reportsTo,
                rtcpMux,
                sends,
                receives,
                formats,
                companions,
                sources,
                keys,
                srtpKeys);
    }

    /// Whether it is declined or ended.
    public boolean declined() {
        return port == 0;
    }

    /// Whether its partner may take it to be SRTP, whatever its profile.
    public boolean offersKeys() {
        return keys != Keys.NONE;
    }

    /// Whether it takes up the keys of an offer: what it only could do it does not.
    public boolean takesKeys() {
        return keys == Keys.SAID;
    }

    /// Whether it is to be relayed: alive, over UDP, to one address.
    public boolean relayed() {
        return passing && !declined();
    }

    /// Whether it carries RTP, encrypted or not, and so RTCP beside it.
    public boolean isRtp() {
        return isRtp(transport);
    }

    /// Whether its payloads are audio that can be read on the way.
    public boolean isPlainAudio() {
        return isPlainAudio(media, transport);
    }

    static boolean isRtp(String transport) {
        return transport.contains("RTP/") && !transport.startsWith("TCP");
    }

    /// Whether media of this transport travel over UDP.
    static boolean isUdp(String transport) {
        return isRtp(transport) || transport.startsWith("UDP");
    }

    /// Whether payloads are readable on the way. SRTP passes sealed, and so can be neither announced in nor
    /// kept.
    static boolean isPlainAudio(String media, String transport) {
        return media.equals("audio") && (transport.equals("RTP/AVP") || transport.equals("RTP/AVPF"));
    }

    static boolean isCompanion(String encodingName) {
        String name = encodingName.toLowerCase(Locale.ROOT);
        return name.equals("telephone-event") || name.equals("cn") || name.equals("tone");
    }
}
