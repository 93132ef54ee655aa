package org.koegura.sipproxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.koegura.callmodel.srtp.SrtpKeys;

/// Makes m-lines of SRTP plain, and plain ones SRTP (RFC 4568 §5). Edited are the profile and port of
/// `m=`, and what speaks of keys: no key that a party says leaves here. All other bytes stay.
///
/// Pure.
public final class SrtpLines {

    private static final Map<String, String> PLAIN = Map.of("RTP/SAVP", "RTP/AVP", "RTP/SAVPF", "RTP/AVPF");
    private static final Map<String, String> SECURE = Map.of("RTP/AVP", "RTP/SAVP", "RTP/AVPF", "RTP/SAVPF");

    /// SDES, MIKEY (RFC 4567), DTLS-SRTP (RFC 5763, RFC 8842), ZRTP (RFC 6189 §8).
    private static final Set<String> OF_KEYS =
            Set.of("crypto", "key-mgmt", "fingerprint", "setup", "tls-id", "connection", "zrtp-hash");

    /// Of these, what the answer of a plain m-line takes up says that it will be SRTP all the same (RFC
    /// 8643).
    private static final Set<String> OFFERING_KEYS = Set.of("crypto", "key-mgmt", "fingerprint", "zrtp-hash");

    /// `m=`, media and port; the profile; the rest.
    private static final Pattern M_LINE = Pattern.compile("(m=\\s*\\S+\\s+\\S+\\s+)(\\S+)(.*)", Pattern.DOTALL);

    private SrtpLines() {}

    /// What becomes of one m-line.
    ///
    /// @param profile in upper case, such as `RTP/SAVP`
    /// @param withdrawn whether it goes on as a declined one
    /// @param crypto lines of ours
    public record Edit(String profile, boolean withdrawn, List<CryptoAttribute> crypto) {

        public Edit {
            crypto = List.copyOf(crypto);
        }

        /// It is declined.
        public static Edit withdrawing(String profile) {
            return new Edit(profile, true, List.of());
        }
    }

    /// Whether it is one of plain RTP.
    public static boolean isPlain(String profile) {
        return SECURE.containsKey(profile);
    }

    /// Whether it is one of SRTP whose keys are in the description.
    public static boolean isSecure(String profile) {
        return PLAIN.containsKey(profile);
    }

    /// The same profile without SRTP.
    public static String plain(String profile) {
        return PLAIN.getOrDefault(profile, profile);
    }

    /// The same profile with SRTP.
    public static String secure(String profile) {
        return SECURE.getOrDefault(profile, profile);
    }

    /// The `a=crypto` lines of an m-line that we can do what they say.
    public static List<CryptoAttribute> usable(SessionDescription sdp, int mLine) {
        return CryptoAttribute.usable(sdp.sections().get(mLine));
    }

    /// How many `a=crypto` lines an m-line has, usable or not.
    public static long cryptoLines(SessionDescription sdp, int mLine) {
        return sdp.sections().get(mLine).stream()
                .filter(line -> line.attribute().equals("crypto"))
                .count();
    }

    /// What a plain m-line says of keys.
    static MediaDescription.Keys said(List<SdpLine> session, List<SdpLine> section) {
        MediaDescription.Keys said = MediaDescription.Keys.NONE;
        for (SdpLine line : Stream.concat(session.stream(), section.stream()).toList()) {
            if (OFFERING_KEYS.contains(line.attribute())) {
                return MediaDescription.Keys.SAID;
            }
            if (OFFERING_KEYS.contains(capability(line))) {
                said = MediaDescription.Keys.CAPABILITY;
            }
        }
        return said;
    }

    /// A description, read or not, without whatever its maker says of keys; all other bytes stay.
    public static byte[] withoutKeys(byte[] sdp) {
        StringBuilder text = new StringBuilder();
        withoutKeys(SdpLine.cut(new String(sdp, StandardCharsets.ISO_8859_1))).forEach(line -> append(text, line));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The description with these m-lines edited, by index, and without whatever its maker says of keys.
    public static SessionDescription edited(SessionDescription sdp, Map<Integer, Edit> edits) {
        StringBuilder text = new StringBuilder();
        withoutKeys(sdp.session()).forEach(line -> append(text, line));
        for (int i = 0; i < sdp.sections().size(); i++) {
            List<SdpLine> lines = withoutKeys(sdp.sections().get(i));
            Edit edit = edits.get(i);
            section(text, edit == null ? lines : with(lines, edit));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        return switch (SdpReader.read(bytes)) {
            case SdpReader.Reading.Understood(var read) -> read;
            case SdpReader.Reading.Unreadable _ -> SdpReader.salvage(bytes); // as it was read before
        };
    }

    /// The same with keys for its m-lines; its bytes stay.
    public static SessionDescription keyed(SessionDescription sdp, Map<Integer, SrtpKeys> keys) {
        List<MediaDescription> media = new ArrayList<>(sdp.media());
        Map<Integer, SrtpKeys> alive = new HashMap<>(keys);
        alive.keySet().removeIf(mLine -> mLine >= media.size());
        alive.forEach((mLine, of) -> media.set(mLine, media.get(mLine).withSrtp(of)));
        return alive.isEmpty() ? sdp : new SessionDescription(sdp.session(), sdp.sections(), media);
    }

    private static List<SdpLine> withoutKeys(List<SdpLine> lines) {
        return lines.stream().filter(line -> !isOfKeys(line)).toList();
    }

    private static boolean isOfKeys(SdpLine line) {
        return line.type() == 'k' || OF_KEYS.contains(line.attribute()) || OF_KEYS.contains(capability(line));
    }

    /// The attribute that a line says its maker can do, in lower case (`a=acap:1 crypto:…`, RFC 5939 §3.4.2); empty
    /// where it says none.
    private static String capability(SdpLine line) {
        String[] words = line.attribute().equals("acap") ? line.attributeValue().split("\\s+", 2) : new String[0];
        return words.length == 2 ? words[1].split("[:\\s]", 2)[0].toLowerCase(Locale.ROOT) : "";
    }

    private static List<SdpLine> with(List<SdpLine> lines, Edit edit) {
        List<SdpLine> edited = new ArrayList<>();
        SdpLine first = lines.getFirst();
        String text = withProfile(first.text(), edit.profile());
        edited.add(first.with(edit.withdrawn() ? SdpRewriter.withPort(text, 0) : text));
        edited.addAll(lines.subList(1, lines.size()));
        if (!edit.withdrawn()) {
            edit.crypto().reversed().forEach(line -> SdpRewriter.insert(edited, 'a', "a=crypto:" + line.value()));
        }
        return edited;
    }

    private static void section(StringBuilder text, List<SdpLine> lines) {
        lines.forEach(line -> append(text, line));
    }

    private static String withProfile(String line, String profile) {
        Matcher parts = M_LINE.matcher(line);
        return parts.matches() && !parts.group(2).equalsIgnoreCase(profile)
                ? parts.group(1) + profile + parts.group(3)
                : line;
    }

    private static void append(StringBuilder text, SdpLine line) {
        text.append(line.text()).append(line.ending());
    }
}
