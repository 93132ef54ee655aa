package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.sdp.SdpSamples.bytes;
import static org.koegura.sipproxy.sdp.SdpSamples.local;
import static org.koegura.sipproxy.sdp.SdpSamples.read;
import static org.koegura.sipproxy.sdp.SdpSamples.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

final class SdpRewriterPropertyTest {

    /// Lines that no edit may touch, and one that looks like an edit's but is none.
    @Provide
    Arbitrary<String> otherLine() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "o=x 18446744073709551615 00 IN IP4 192.0.2.1",
                        "s= ",
                        "i=caf\u00e9",
                        "b=AS:064",
                        "t=00 0",
                        "a=rtpmap:0 PCMU/8000",
                        "a=rtcp-fb:* nack",
                        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",
                        "a=sendonly",
                        "a=fmtp:101 0-15",
                        "z=unknown",
                        "",
                        "=",
                        "no form at all"),
                Arbitraries.strings()
                        .withCharRange(' ', '\u00ff')
                        .ofMaxLength(30)
                        .map(text -> "y=" + text));
    }

    @Provide
    Arbitrary<String> section() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 65_534),
                        otherLine().list().ofMaxSize(5),
                        Arbitraries.of("\r\n", "\n"),
                        Arbitraries.of("RTP/AVP", "RTP/SAVP", "RTP/AVPF"))
                .as((port, lines, ending, transport) -> "m=audio " + port + " " + transport + " 0 8" + ending
                        + "c=IN IP4 192.0.2.10" + ending
                        + String.join(
                                "", lines.stream().map(line -> line + ending).toList()));
    }

    @Provide
    Arbitrary<String> description() {
        return Combinators.combine(
                        otherLine().list().ofMaxSize(5),
                        section().list().ofMinSize(1).ofMaxSize(4))
                .as((lines, sections) -> "v=0\r\n"
                        + String.join(
                                "", lines.stream().map(line -> line + "\r\n").toList())
                        + String.join("", sections));
    }

    @Property
    void rewritingWithTheSameAddressesIsTheIdentity(@ForAll("description") String sdp) {
        SessionDescription read = read(sdp);
        Map<Integer, LocalMedia> same = new HashMap<>();
        for (int i = 0; i < read.media().size(); i++) {
            int port = read.media().get(i).port();
            same.put(i, local("192.0.2.10", port, port + 1));
        }
        assertThat(text(SdpRewriter.rewrite(read, same))).isEqualTo(sdp);
    }

    @Property
    void everyLineThatIsNotInTheEditListIsByteIdentical(@ForAll("description") String sdp) {
        SessionDescription read = read(sdp);
        Map<Integer, LocalMedia> ours = new HashMap<>();
        for (int i = 0; i < read.media().size(); i++) {
            ours.put(i, local("127.0.0.1", 30_000 + 2 * i, 30_001 + 2 * i));
        }
        List<SdpLine> before = SdpLine.cut(sdp);
        List<SdpLine> after = SdpLine.cut(text(SdpRewriter.rewrite(read, ours)));
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i).type() != 'm' && before.get(i).type() != 'c') {
                assertThat(after.get(i)).isEqualTo(before.get(i));
            }
        }
    }

    @Property
    void rewritingTwiceIsRewritingOnce(@ForAll("description") String sdp) {
        Map<Integer, LocalMedia> ours = Map.of(0, local("127.0.0.1", 30_000, 30_001));
        String once = text(SdpRewriter.rewrite(read(sdp), ours));
        assertThat(text(SdpRewriter.rewrite(read(once), ours))).isEqualTo(once);
    }

    @Property
    void readingIsTotalAndKeepsEveryByte(@ForAll byte[] body) {
        if (SdpReader.read(body) instanceof SdpReader.Reading.Understood(var sdp)) {
            assertThat(sdp.bytes()).isEqualTo(body);
        }
    }

    @Property
    void linesJoinedAgainAreTheBody(@ForAll String text) {
        StringBuilder joined = new StringBuilder();
        SdpLine.cut(text).forEach(line -> joined.append(line.text()).append(line.ending()));
        assertThat(joined.toString()).isEqualTo(text);
    }

    @Property
    void findingADescriptionInAnyBodyNeverFails(@ForAll String inside, @ForAll("boundary") String boundary) {
        String body = "--" + boundary + "\r\n" + inside + "\r\n--" + boundary + "--";
        SdpBody found = SdpBody.find("multipart/mixed;boundary=" + boundary, bytes(body));
        if (found != null) {
            assertThat(found.with(found.sdp())).isEqualTo(bytes(body));
        }
    }

    @Provide
    Arbitrary<String> boundary() {
        return Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(5);
    }
}
