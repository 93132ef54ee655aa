package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.negotiation.Audio;

/// `calls.unannounceable`: what becomes of codecs that have no notice.
final class UnannounceableTest {

    private static final String OFFER = sdp(
            "192.0.2.20",
            2000,
            "18 0 96 101",
            "rtpmap:18 G729/8000",
            "fmtp:18 annexb=no",
            "rtpmap:96 AMR-WB/16000",
            "fmtp:96 octet-align=1",
            "rtpmap:101 telephone-event/8000",
            "fmtp:101 0-15",
            "ptime:20");
    private static final String STRIPPED =
            sdp("127.0.0.1", 30_000, "0 101", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15", "ptime:20");

    private static CallSettings settings(boolean strips) {
        CallSettings defaults = CallSettings.defaults();
        return new CallSettings(
                false,
                defaults.recordableEncodings(),
                strips,
                defaults.noticeLanguages(),
                defaults.sealWait(),
                defaults.silentMax(),
                defaults.heldSilentMax(),
                10,
                10,
                defaults.pressed());
    }

    private static String ofCaller(String sdp) {
        return sdp.replace("o=- 7 7 IN IP4 127.0.0.1", "o=- 7 7 IN IP4 192.0.2.20");
    }

    @Test
    void stripLeavesTheCalleeOnlyWhatTheNoticeCanBeSpokenIn() {
        Negotiated call = new Negotiated(settings(true));
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER))).isEqualTo(ofCaller(STRIPPED));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void leaveOffersEverythingAndTheCallMayGoUnrecorded() {
        Negotiated call = new Negotiated(settings(false));
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER)))
                .isEqualTo(OFFER.replace("c=IN IP4 192.0.2.20", "c=IN IP4 127.0.0.1")
                        .replace("2000", "30000"));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC));
    }

    @Test
    void stripLeavesAnOfferWholeThatHasNothingElseSinceTheCallOutranksItsRecording() {
        Negotiated call = new Negotiated(settings(true));
        String only = sdp("192.0.2.20", 2000, "18 101", "rtpmap:101 telephone-event/8000");
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", only))).contains(" RTP/AVP 18 101\r\n");
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC));
    }

    @Test
    void stripHoldsForLateOffersAndReinvitesToo() {
        Negotiated call = new Negotiated(settings(true));
        call.pass(request(OUTSIDE, "INVITE", 1, "", ""));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18 8"))))
                .contains(" RTP/AVP 8\r\n");
        call.negotiation.won("a");
        call.pass(request(OUTSIDE, "ACK", 1, "a", sdp("192.0.2.20", 2000, "8")));
        assertThat(call.pass(request(OUTSIDE, "INVITE", 2, "a", OFFER))).isEqualTo(ofCaller(STRIPPED));
    }

    /// Else one `o=` version would stand for two descriptions (trap 23).
    @Test
    void theSameDescriptionLosesTheSameCodecsAsAnOfferAndAsAnAnswer() {
        Negotiated call = new Negotiated(settings(true));
        String offered = call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        call.negotiation.won("a");
        call.pass(request(INSIDE, "INVITE", 1, "a", sdp("192.0.2.10", 1000, "0")));
        assertThat(call.pass(response(OUTSIDE, "INVITE", 200, 1, "a", OFFER))).isEqualTo(offered);
    }

    @Test
    void aCallThatNobodyIsToldOfKeepsAllItsCodecs() {
        Negotiated call = new Negotiated(settings(true));
        Negotiation untold =
                new Negotiation(call.media, settings(true), _ -> false, false, call.hold, _ -> {}, Calling.keys());
        Body body = untold.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        assertThat(body)
                .isInstanceOfSatisfying(
                        Body.Replaced.class,
                        replaced -> assertThat(new String(replaced.body(), StandardCharsets.ISO_8859_1))
                                .contains(" RTP/AVP 18 0 96 101\r\n", "a=fmtp:96 octet-align=1\r\n"));
    }
}
