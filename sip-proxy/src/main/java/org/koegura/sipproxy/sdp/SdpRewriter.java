package org.koegura.sipproxy.sdp;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

/// Step 7 of 10 on the INVITE line: puts our addresses into a session description, and takes out what would lead
/// media past us.
///
/// Edited are: the address of `c=`, the port of `m=`, `a=rtcp`; taken out are the [WaysPastUs]. Every other line stays
/// byte for byte, its ending included. `o=` stays too: its address names the session's maker and nothing is ever
/// sent there, and since the same m-line gets the same ports for the life of a call, our edit never differs between
/// two descriptions of the same version (RFC 3264 §8, `OriginVersionTest`). Only where its address is of the other
/// family than ours it becomes ours, for the life of the call too: there are telephones that read there whether they
/// can take an offer at all, and refuse it.
public final class SdpRewriter {

    private static final int ORIGIN_WORDS = 6;

    private final SessionDescription sdp;
    private final Map<Integer, LocalMedia> locals;
    private final StringBuilder out = new StringBuilder();

    private SdpRewriter(SessionDescription sdp, Map<Integer, LocalMedia> locals) {
        this.sdp = sdp;
        this.locals = locals;
    }

    /// The description with our addresses for the m-lines in `locals`, by index; all others are left alone.
    ///
    /// Pure: the same input gives the same bytes, so that a retransmission is identical.
    public static byte[] rewrite(SessionDescription sdp, Map<Integer, LocalMedia> locals) {
        return locals.isEmpty() ? sdp.bytes() : new SdpRewriter(sdp, locals).rewrite();
    }

    private byte[] rewrite() {
        InetAddress shared = sharedAddress();
        for (SdpLine line : sdp.session()) {
            if (line.type() == 'c' && shared != null) {
                append(line.with(connection(line, shared)));
            } else if (line.type() == 'o') {
                append(line.with(origin(line, first())));
            } else if (!WaysPastUs.isOne(line)) {
                append(line);
            }
        }
        for (int i = 0; i < sdp.sections().size(); i++) {
            LocalMedia local = locals.get(i);
            if (local == null) {
                sdp.sections().get(i).forEach(this::append);
            } else {
                section(sdp.sections().get(i), sdp.media().get(i), local, shared);
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The address for the session's `c=`; null where it must stay because an m-line that we leave alone lives
    /// by it, or where there is none.
    private @Nullable InetAddress sharedAddress() {
        if (sdp.session().stream().noneMatch(line -> line.type() == 'c')) {
            return null;
        }
        for (int i = 0; i < sdp.sections().size(); i++) {
            boolean inherits = sdp.sections().get(i).stream().noneMatch(line -> line.type() == 'c');
            if (inherits && !locals.containsKey(i) && !sdp.media().get(i).declined()) {
                return null;
            }
        }
        return first();
    }

    /// Our address for the first m-line that we relay.
    private InetAddress first() {
        int first = locals.keySet().stream().min(Integer::compare).orElseThrow();
        return Objects.requireNonNull(locals.get(first)).rtp().getAddress();
    }

    /// `o=NAME ID VERSION IN IP4 ADDRESS` (RFC 8866 §5.2); what has another form stays.
    private static String origin(SdpLine line, InetAddress ours) {
        String text = line.text();
        int address = text.lastIndexOf(" IN IP");
        boolean known = address >= 0 && text.strip().split("\\s+", -1).length == ORIGIN_WORDS;
        Connection theirs = known ? Connection.read(text.substring(address)) : null;
        return theirs == null || theirs.isOfFamilyOf(ours)
                ? text
                : text.substring(0, address + 1) + Connection.write(ours);
    }

    private void section(List<SdpLine> lines, MediaDescription media, LocalMedia local, @Nullable InetAddress shared) {
        List<SdpLine> edited = new ArrayList<>();
        InetAddress ours = local.rtp().getAddress();
        for (SdpLine line : lines) {
            if (line.type() == 'm') {
                edited.add(line.with(port(line, media, local.rtp().getPort())));
            } else if (line.type() == 'c') {
                edited.add(line.with(connection(line, ours)));
            } else if (line.attribute().equals("rtcp")) {
                edited.add(line.with(rtcp(line, media, local)));
            } else if (!WaysPastUs.isOne(line)) {
                edited.add(line);
            }
        }
        boolean inherits = lines.stream().noneMatch(line -> line.type() == 'c');
        if (inherits && !media.hold() && !ours.equals(shared)) {
            insert(edited, 'c', "c=" + Connection.write(ours));
        }
        if (needsRtcp(media, local)) {
            insert(edited, 'a', "a=rtcp:" + local.rtcp().getPort());
        }
        edited.forEach(this::append);
    }

    /// RFC 3605: without `a=rtcp` the far end takes the next higher port for RTCP.
    private static boolean needsRtcp(MediaDescription media, LocalMedia local) {
        return media.isRtp()
                && media.rtcpPort() < 0
                && local.rtcp().getPort() != local.rtp().getPort() + 1
                && !local.rtcp().equals(local.rtp());
    }

    /// Puts a line where RFC 8866 §5 wants it: `c=` after `m=` and `i=`, the first attribute after everything
    /// else.
    static void insert(List<SdpLine> lines, char type, String text) {
        int at = 1;
        while (at < lines.size()
                && (type == 'c' ? lines.get(at).type() == 'i' : lines.get(at).type() != 'a')) {
            at++;
        }
        SdpLine before = lines.get(at - 1);
        String ending = before.ending().isEmpty() ? "\r\n" : before.ending();
        lines.set(at - 1, new SdpLine(before.text(), ending));
        lines.add(at, new SdpLine(text, before.ending()));
    }

    private static String connection(SdpLine line, InetAddress ours) {
        Connection theirs = Connection.read(line.value());
        boolean stays = theirs != null && (theirs.isHold() || ours.equals(theirs.literal()));
        return stays ? line.text() : "c=" + Connection.write(ours);
    }

    /// Replaces the port, and drops a count behind it (`49170/2`): we relay one pair of ports per m-line.
    private static String port(SdpLine line, MediaDescription media, int ours) {
        boolean counted = line.value().strip().split("\\s+", 3)[1].indexOf('/') >= 0;
        boolean stays = media.declined() || (media.port() == ours && !counted);
        return stays ? line.text() : withPort(line.text(), ours);
    }

    /// An `m=` with that port and no count; one that has no port stays.
    static String withPort(String text, int port) {
        int start = wordEnd(text, 2);
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        int end = wordEnd(text, start);
        return start == end ? text : text.substring(0, start) + port + text.substring(end);
    }

    private static int wordEnd(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /// An `a=rtcp` that names the port of `m=` means one port for both (RFC 5761 §5.1.1), and goes on meaning
    /// it.
    private static String rtcp(SdpLine line, MediaDescription media, LocalMedia local) {
        int ours = media.rtcpPort() == media.port()
                ? local.rtp().getPort()
                : local.rtcp().getPort();
        String[] words = line.attributeValue().split("\\s+", 2);
        Connection theirs = words.length < 2 ? null : Connection.read(words[1]);
        InetAddress address = local.rtcp().getAddress();
        boolean sameAddress =
                words.length < 2 || (theirs != null && (theirs.isHold() || address.equals(theirs.literal())));
        if (sameAddress && media.rtcpPort() == ours) {
            return line.text();
        }
        String tail = words.length < 2 ? "" : " " + (sameAddress ? words[1] : Connection.write(address));
        return "a=rtcp:" + ours + tail;
    }

    private void append(SdpLine line) {
        out.append(line.text()).append(line.ending());
    }
}
