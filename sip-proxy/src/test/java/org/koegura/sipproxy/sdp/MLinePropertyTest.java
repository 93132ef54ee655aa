package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.sdp.SdpSamples.local;
import static org.koegura.sipproxy.sdp.SdpSamples.read;
import static org.koegura.sipproxy.sdp.SdpSamples.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

/// Traps 29 and 31, over descriptions of every kind of m-line in any order and number: count, order and kinds stay; so
/// does every byte but addresses, ports and the lines that would lead media past us; and of what passes through us no
/// address of its maker is left.
final class MLinePropertyTest {

    private static final String MAKER = "192.0.2.10";
    private static final String MAKER6 = "2001:db8::10";

    /// What no edit may touch, whatever m-line it stands under.
    private static final List<String> STAYS = List.of(
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4",
            "a=fingerprint:sha-256 4A:AD:B9",
            "a=setup:actpass",
            "a=rtcp-mux",
            "a=rtcp-mux-only",
            "a=rtcp-fb:* nack pli",
            "a=mid:1",
            "a=ssrc:314159 cname:x@y",
            "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            "a=sendonly",
            "a=inactive",
            "a=T38FaxRateManagement:transferredTCF",
            "a=floorctrl:c-s",
            "a=confid:4321",
            "a=sctp-port:5000",
            "a=acap:1 crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",
            "a=tcap:1 RTP/SAVP",
            "a=pcfg:1 t=1 a=1",
            "a=X-unknown: caf\u00e9 \u0001",
            "i=  two  blanks ",
            "b=AS:064",
            "k=clear:x",
            "zz");

    /// What leads media past us.
    private static final List<String> GOES = List.of(
            "a=candidate:1 1 UDP 2130706431 " + MAKER + " 8998 typ host",
            "a=candidate:2 1 TCP 1 " + MAKER6 + " 9 typ host tcptype active",
            "a=CANDIDATE:3 1 UDP 1 " + MAKER + " 8998 typ host",
            "a=remote-candidates:1 " + MAKER + " 45664",
            "a=remote-candidate:x",
            "a=end-of-candidates",
            "a=ice-ufrag:8hhY",
            "a=ice-pwd:asd88fgpdd777uzjYhagZg",
            "a=ice-lite",
            "a=ice-options:trickle",
            "a=ice-pacing:50",
            "a=ice-mismatch",
            "a=alt:1 1 : x y " + MAKER + " 1",
            "a=altc:1 IP6 " + MAKER6 + " 45678",
            "a=ccap:1 IN IP4 " + MAKER + " 45678",
            "a=acap:2 candidate:1 1 UDP 1 " + MAKER + " 8998 typ host",
            "a=acap:3 rtcp:45679 IN IP4 " + MAKER,
            "a=visited-realm:1 a.example IN IP4 " + MAKER + " 49170",
            "a=secondary-realm:2 b.example IN IP4 " + MAKER + " 49170",
            "a=source-filter: incl IN IP4 * " + MAKER,
            "a=bundle-only",
            "a=group:BUNDLE 1 2",
            "a=group:bundle 1 2");

    /// What stays in the session's part.
    private static final List<String> SESSION_STAYS = List.of("a=group:ANAT 1 2", "a=group:LS 1 2", "a=X:1");

    record Kind(String media, String rest, boolean udp) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("audio", "RTP/AVP 0 8", true),
            new Kind("audio", "RTP/SAVP 0", true),
            new Kind("audio", "UDP/TLS/RTP/SAVPF 111", true),
            new Kind("audio", "TCP/RTP/AVP 0", false),
            new Kind("video", "RTP/AVPF 96 97", true),
            new Kind("text", "RTP/AVP 98", true),
            new Kind("image", "udptl t38", true),
            new Kind("image", "TCP t38", false),
            new Kind("application", "UDP/BFCP *", true),
            new Kind("application", "TCP/TLS/BFCP *", false),
            new Kind("application", "UDP/DTLS/SCTP webrtc-datachannel", true),
            new Kind("message", "TCP/MSRP *", false),
            new Kind("X-other", "FOO/BAR 1 2 3", false));

    record Section(Kind kind, int port, int address, List<String> lines) {

        /// 0: the session's address. 1: the maker's own. 2: hold. 3: the maker's, of the other family.
        String connection() {
            return switch (address) {
                case 1 -> "c=IN IP4 " + MAKER;
                case 2 -> "c=IN IP4 0.0.0.0";
                case 3 -> "c=IN IP6 " + MAKER6;
                default -> "";
            };
        }

        boolean relayed() {
            return kind.udp() && port > 0;
        }
    }

    @Provide
    Arbitrary<List<Section>> sections() {
        Arbitrary<String> line =
                Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.of(STAYS)), Tuple.of(2, Arbitraries.of(GOES)));
        return Combinators.combine(
                        Arbitraries.of(KINDS),
                        Arbitraries.of(0, 9, 2000, 49_170, 65_535),
                        Arbitraries.integers().between(0, 3),
                        line.list().ofMaxSize(6))
                .as(Section::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(SdpReader.M_LINES_MAX);
    }

    private static String description(List<Section> sections, List<String> session, String end) {
        List<String> lines = new ArrayList<>(List.of("v=0", "o=- 7 007 IN IP4 " + MAKER, "s= ", "c=IN IP4 " + MAKER));
        lines.add("t=0 0");
        lines.addAll(session);
        for (Section section : sections) {
            lines.add("m=" + section.kind().media() + " " + section.port() + " "
                    + section.kind().rest());
            if (section.address() > 0) {
                lines.add(section.connection());
            }
            lines.addAll(section.lines());
        }
        return String.join(end, lines) + end;
    }

    private static Map<Integer, LocalMedia> ours(List<Section> sections) {
        Map<Integer, LocalMedia> ours = new HashMap<>();
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i).relayed()) {
                ours.put(i, local("127.0.0.1", 30_000 + 2 * i, 30_001 + 2 * i));
            }
        }
        return ours;
    }

    /// Says line by line what has to come out, knowing nothing of how it is done.
    private static String expected(List<Section> sections, List<String> session, String end) {
        boolean any = sections.stream().anyMatch(Section::relayed);
        boolean needed = sections.stream()
                .anyMatch(section -> !section.relayed() && section.port() > 0 && section.address() == 0);
        List<String> lines = new ArrayList<>(List.of("v=0", "o=- 7 007 IN IP4 " + MAKER, "s= "));
        lines.add(any && !needed ? "c=IN IP4 127.0.0.1" : "c=IN IP4 " + MAKER);
        lines.add("t=0 0");
        session.stream().filter(line -> !any || SESSION_STAYS.contains(line)).forEach(lines::add);
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            boolean through = section.relayed();
            int port = through ? 30_000 + 2 * i : section.port();
            lines.add("m=" + section.kind().media() + " " + port + " "
                    + section.kind().rest());
            List<String> kept = section.lines().stream()
                    .filter(line -> !through || STAYS.contains(line))
                    .toList();
            if (section.address() > 0) {
                lines.add(through && section.address() != 2 ? "c=IN IP4 127.0.0.1" : section.connection());
                lines.addAll(kept);
            } else if (through && needed) {
                int information = (int)
                        kept.stream().takeWhile(line -> line.startsWith("i=")).count();
                lines.addAll(kept.subList(0, information));
                lines.add("c=IN IP4 127.0.0.1");
                lines.addAll(kept.subList(information, kept.size()));
            } else {
                lines.addAll(kept);
            }
        }
        return String.join(end, lines) + end;
    }

    @Provide
    Arbitrary<List<String>> session() {
        return Arbitraries.oneOf(Arbitraries.of(SESSION_STAYS), Arbitraries.of("a=group:BUNDLE 1 2", "a=ice-lite"))
                .list()
                .ofMaxSize(3);
    }

    @Property(tries = 3_000)
    void everyByteStaysButAddressesPortsAndTheWaysPastUs(
            @ForAll("sections") List<Section> sections,
            @ForAll("session") List<String> session,
            @ForAll boolean feedsOnly) {
        String end = feedsOnly ? "\n" : "\r\n";
        String sent = text(SdpRewriter.rewrite(read(description(sections, session, end)), ours(sections)));
        assertThat(sent).isEqualTo(expected(sections, session, end));
    }

    @Property(tries = 1_000)
    void countOrderAndKindsOfMLinesStayAndSoDoesWhoIsDeclined(@ForAll("sections") List<Section> sections) {
        SessionDescription before = read(description(sections, List.of(), "\r\n"));
        SessionDescription after = read(text(SdpRewriter.rewrite(before, ours(sections))));
        assertThat(after.media()).hasSameSizeAs(before.media());
        for (int i = 0; i < before.media().size(); i++) {
            MediaDescription one = before.media().get(i);
            MediaDescription other = after.media().get(i);
            assertThat(other.media()).isEqualTo(one.media());
            assertThat(other.transport()).isEqualTo(one.transport());
            assertThat(other.declined()).isEqualTo(one.declined());
            assertThat(other.hold()).isEqualTo(one.hold());
            assertThat(other.sends()).isEqualTo(one.sends());
            assertThat(other.receives()).isEqualTo(one.receives());
            assertThat(other.formats()).isEqualTo(one.formats());
        }
    }

    @Property(tries = 1_000)
    void whatPassesThroughUsNamesNoAddressOfItsMaker(@ForAll("sections") List<Section> sections) {
        List<SdpLine> sent =
                SdpLine.cut(text(SdpRewriter.rewrite(read(description(sections, List.of(), "\r\n")), ours(sections))));
        int section = -1;
        for (SdpLine line : sent) {
            section += line.type() == 'm' ? 1 : 0;
            if (section >= 0 && sections.get(section).relayed()) {
                assertThat(line.text()).doesNotContain(MAKER).doesNotContain(MAKER6);
            }
        }
    }
}
