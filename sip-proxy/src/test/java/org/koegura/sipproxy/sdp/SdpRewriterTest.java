package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.sdp.SdpSamples.local;
import static org.koegura.sipproxy.sdp.SdpSamples.read;
import static org.koegura.sipproxy.sdp.SdpSamples.text;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

final class SdpRewriterTest {

    private static final LocalMedia OURS = local("127.0.0.1", 30_000, 30_001);

    private static String rewritten(String sdp) {
        return rewritten(sdp, Map.of(0, OURS));
    }

    private static String rewritten(String sdp, Map<Integer, LocalMedia> locals) {
        return text(SdpRewriter.rewrite(read(sdp), locals));
    }

    @Test
    void onlyAddressAndPortOfACallChange() {
        assertThat(rewritten(SdpSamples.CALL))
                .isEqualTo(SdpSamples.CALL
                        .replace("c=IN IP4 192.0.2.10", "c=IN IP4 127.0.0.1")
                        .replace("m=audio 49170 ", "m=audio 30000 "));
    }

    @Test
    void theMakersSessionIdAndVersionStayWhateverTheirForm() {
        assertThat(rewritten(SdpSamples.CALL)).contains("o=- 18446744073709551615 007 IN IP4 192.0.2.10\r\ns= \r\n");
    }

    @Test
    void unknownLinesAndBareLineFeedsAndAMissingLastOneSurvive() {
        String odd = "v=0\no=a 1 1 IN IP4 192.0.2.1\ns=-\nY=what\njunk without form\nb=AS:1\nc=IN IP4 192.0.2.1\n"
                + "t=0 0\r\nm=audio 1000 RTP/AVP 0\na=caf\u00e9:\u00ff";
        assertThat(rewritten(odd))
                .isEqualTo(
                        odd.replace("c=IN IP4 192.0.2.1", "c=IN IP4 127.0.0.1").replace("1000", "30000"));
    }

    @Test
    void theAddressFamilyIsSwitchedToOurs() {
        assertThat(rewritten(SdpSamples.CALL, Map.of(0, local("2001:db8::7", 30_000, 30_001))))
                .contains("c=IN IP6 2001:db8::7\r\n");
    }

    @Test
    void anOriginOfTheOtherFamilyBecomesOursAndKeepsItsNumbers() {
        String sdp = SdpSamples.CALL.replace("a=sendrecv", "a=inactive"); // whatever else it says
        assertThat(rewritten(sdp, Map.of(0, local("2001:db8::7", 30_000, 30_001))))
                .contains("\r\no=- 18446744073709551615 007 IN IP6 2001:db8::7\r\n");
        assertThat(rewritten(
                        sdp.replace("007 IN IP4 192.0.2.10", "007 IN IP6 2001:db8::9"),
                        Map.of(0, local("127.0.0.1", 30_000, 30_001))))
                .contains("\r\no=- 18446744073709551615 007 IN IP4 127.0.0.1\r\n");
        String odd = sdp.replace("o=- 18446744073709551615 007", "o=a name of two 1 2");
        assertThat(rewritten(odd, Map.of(0, local("2001:db8::7", 30_000, 30_001))))
                .contains("o=a name of two 1 2 IN IP4 192.0.2.10\r\n");
    }

    @Test
    void holdInTheOldWayStaysHold() {
        String held = SdpSamples.CALL.replace("c=IN IP4 192.0.2.10", "c=IN IP4 0.0.0.0");
        assertThat(rewritten(held)).isEqualTo(held.replace("49170", "30000"));
        String held6 = SdpSamples.CALL.replace("c=IN IP4 192.0.2.10", "c=IN IP6 ::");
        assertThat(rewritten(held6)).isEqualTo(held6.replace("49170", "30000"));
    }

    @Test
    void aDeclinedMLineStaysDeclinedByteForByte() {
        String sdp = SdpSamples.CALL + "m=video 0 RTP/AVP 31\r\nc=IN IP4 192.0.2.99\r\na=candidate:1 1 UDP 1 x 1\r\n";
        assertThat(rewritten(sdp))
                .endsWith("m=video 0 RTP/AVP 31\r\nc=IN IP4 192.0.2.99\r\na=candidate:1 1 UDP 1 x 1\r\n");
    }

    @Test
    void rtcpComesToUsWithOrWithoutAnAddressOfItsOwn() {
        assertThat(rewritten(SdpSamples.CALL + "a=rtcp:53020\r\n")).contains("\r\na=rtcp:30001\r\n");
        assertThat(rewritten(SdpSamples.CALL + "a=rtcp:53020 IN IP6 2001:db8::1\r\n"))
                .contains("\r\na=rtcp:30001 IN IP4 127.0.0.1\r\n");
    }

    @Test
    void rtcpOnThePortOfRtpStaysOnThePortOfRtp() {
        assertThat(rewritten(SdpSamples.CALL + "a=rtcp:49170\r\na=rtcp-mux\r\n"))
                .contains("\r\na=rtcp:30000\r\na=rtcp-mux\r\n");
    }

    @Test
    void rtcpThatIsNotOnTheNextPortIsSaid() {
        assertThat(rewritten(SdpSamples.CALL, Map.of(0, local("127.0.0.1", 30_000, 30_007))))
                .contains("m=audio 30000 RTP/AVP 0 8 101\r\na=rtcp:30007\r\na=rtpmap:0 PCMU/8000\r\n");
    }

    @Test
    void whatWouldLeadMediaPastUsIsTakenOut() {
        String ice = SdpSamples.CALL
                + "a=ice-ufrag:8hhY\r\na=ice-pwd:x\r\na=candidate:1 1 UDP 2130706431 192.0.2.10 8998 typ host\r\n"
                + "a=Candidate:2 1 UDP 1 192.0.2.11 8998 typ host\r\na=remote-candidates:1 192.0.2.3 45664\r\n"
                + "a=altc:1 IP6 2001:db8::1 1\r\na=alt:1 1 : x y 192.0.2.1 1\r\na=end-of-candidates\r\n";
        assertThat(rewritten(ice)).isEqualTo(rewritten(SdpSamples.CALL));
    }

    @Test
    void bundledMLinesAreUnbundledAndKeepTheirNames() {
        String bundled = SdpSamples.CALL.replace("t=0 0\r\n", "t=0 0\r\na=group:BUNDLE a v\r\na=group:LS a v\r\n")
                + "a=mid:a\r\nm=video 0 RTP/AVP 31\r\na=mid:v\r\n";
        assertThat(rewritten(bundled))
                .doesNotContain("BUNDLE")
                .contains("a=group:LS a v\r\n", "a=mid:a\r\n", "a=mid:v\r\n");
    }

    @Test
    void aMediaLevelAddressIsEditedInItsPlace() {
        String own = SdpSamples.CALL.replace("a=rtpmap:0", "c=IN IP4 192.0.2.77\r\na=rtpmap:0");
        assertThat(rewritten(own))
                .doesNotContain("192.0.2.77")
                .containsSubsequence("c=IN IP4 127.0.0.1", "c=IN IP4 127.0.0.1");
    }

    @Test
    void anMLineOverTcpThatLivesByTheSessionsAddressKeepsIt() {
        String mixed = SdpSamples.CALL + "m=message 7654 TCP/MSRP *\r\na=path:msrp://192.0.2.10:7654/x;tcp\r\n";
        assertThat(rewritten(mixed))
                .contains("s= \r\nc=IN IP4 192.0.2.10\r\n")
                .contains("m=audio 30000 RTP/AVP 0 8 101\r\nc=IN IP4 127.0.0.1\r\n")
                .endsWith("m=message 7654 TCP/MSRP *\r\na=path:msrp://192.0.2.10:7654/x;tcp\r\n");
    }

    @Test
    void aCountOfPortsIsDroppedBecauseOnePairIsRelayed() {
        assertThat(rewritten(SdpSamples.CALL.replace("49170", "49170/2"))).contains("m=audio 30000 RTP/AVP");
    }

    @Test
    void withNothingToRelayNothingChanges() {
        String ice = SdpSamples.CALL + "a=candidate:1 1 UDP 1 192.0.2.10 8998 typ host\r\n";
        assertThat(rewritten(ice, Map.of())).isEqualTo(ice);
    }
}
