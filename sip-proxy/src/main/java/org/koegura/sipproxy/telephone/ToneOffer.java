package org.koegura.sipproxy.telephone;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.sdp.MediaDescription;
import org.koegura.sipproxy.sdp.SdpReader;

/// What a telephone offers of which a tone can be heard, and the answer to it (RFC 3264 §6). Pure.
///
/// @param lines the `m=` lines as they were offered
/// @param chosen index of the one that is spoken in
/// @param format in which
/// @param rtp where it is wanted
record ToneOffer(List<String> lines, int chosen, AudioFormat format, InetSocketAddress rtp) {

    ToneOffer {
        lines = List.copyOf(lines);
    }

    /// Reads it; null where there is nothing in it that can be spoken in: no description, no plain RTP, no codec.
    ///
    /// @param source where its signalling comes from: a name instead of an address means that
    static @Nullable ToneOffer of(WireMessage invite, InetAddress source, Predicate<AudioFormat> spoken) {
        boolean sdp =
                invite.valueOrEmpty("content-type").toLowerCase(Locale.ROOT).startsWith("application/sdp");
        if (!sdp || !(SdpReader.read(invite.body()) instanceof SdpReader.Reading.Understood(var description))) {
            return null;
        }
        List<String> lines = new String(description.bytes(), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("m="))
                .toList();
        List<MediaDescription> media = description.media();
        for (int i = 0; i < media.size() && lines.size() == media.size(); i++) {
            MediaDescription line = media.get(i);
            boolean plain = line.media().equals("audio") && line.transport().equals("RTP/AVP");
            AudioFormat format =
                    line.formats().stream().filter(spoken).findFirst().orElse(null);
            String host = line.host();
            if (plain && format != null && host != null && line.port() > 0 && line.receives() && !line.hold()) {
                return new ToneOffer(lines, i, format, new InetSocketAddress(address(host, source), line.port()));
            }
        }
        return null;
    }

    private static InetAddress address(String host, InetAddress source) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException name) {
            return source;
        }
    }

    /// Our answer: the one line, and all others declined.
    ///
    /// @param session a number of its own (RFC 8866 §5.2)
    byte[] answer(LocalMedia local, long session) {
        InetAddress address = local.rtp().getAddress();
        String plain = ProxyEdits.bracketed(address).replaceAll("[\\[\\]]", "");
        String where = (plain.indexOf(':') < 0 ? "IN IP4 " : "IN IP6 ") + plain;
        List<String> text =
                new ArrayList<>(List.of("v=0", "o=- " + session + " 1 " + where, "s=-", "c=" + where, "t=0 0"));
        for (int i = 0; i < lines.size(); i++) {
            if (i == chosen) {
                text.add("m=audio " + local.rtp().getPort() + " RTP/AVP " + format.payloadType());
                text.add("a=rtpmap:" + format.payloadType() + " " + format.encodingName() + "/" + format.clockRateHz()
                        + (format.encodingName().equals("OPUS") ? "/2" : ""));
                text.add("a=ptime:" + format.packetMillis());
                text.add("a=sendrecv");
            } else {
                text.add(lines.get(i).replaceFirst("^(m=\\S+ )\\S+", "$10"));
            }
        }
        return (String.join("\r\n", text) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
