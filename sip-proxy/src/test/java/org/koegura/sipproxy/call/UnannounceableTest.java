package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;
import static org.koegura.sipproxy.negotiation.NoticeCodecs.Others.LAST;
import static org.koegura.sipproxy.negotiation.NoticeCodecs.Others.LEAVE;
import static org.koegura.sipproxy.negotiation.NoticeCodecs.Others.STRIP;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.negotiation.Audio;
import org.koegura.sipproxy.negotiation.NoticeCodecs;

/// `calls.unannounceable`: what becomes of codecs that have no notice (RFC 3264 §5.1, §6.1).
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

    private static CallSettings settings(NoticeCodecs.Others others) {
        CallSettings defaults = CallSettings.defaults();
        return new CallSettings(
                false,
                new NoticeCodecs(defaults.codecs().always(), others),
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
    void lastPutsThemBehindTheOthersAndTakesNothingAway() {
        Negotiated call = new Negotiated(settings(LAST));
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER)))
                .isEqualTo(OFFER.replace("c=IN IP4 192.0.2.20", "c=IN IP4 127.0.0.1")
                        .replace("2000 RTP/AVP 18 0 96 101", "30000 RTP/AVP 0 18 96 101"));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    /// Whoever answers still chooses.
    @Test
    void lastLetsACallBeThatSettlesOnOneAllTheSame() {
        Negotiated call = new Negotiated(settings(LAST));
        call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18"))))
                .contains(" RTP/AVP 18\r\n");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC));
    }

    @Test
    void lastHoldsForLateOffersAnswersAndReinvitesToo() {
        Negotiated call = new Negotiated(settings(LAST));
        call.pass(request(OUTSIDE, "INVITE", 1, "", ""));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18 8"))))
                .contains(" RTP/AVP 8 18\r\n");
        call.negotiation.won("a");
        assertThat(call.pass(request(OUTSIDE, "ACK", 1, "a", sdp("192.0.2.20", 2000, "18 8"))))
                .contains(" RTP/AVP 8 18\r\n");
        assertThat(call.pass(request(OUTSIDE, "INVITE", 2, "a", OFFER))).contains(" RTP/AVP 0 18 96 101\r\n");
    }

    /// A prompt that is there in G.729 too needs no steering, and its calls are kept in it.
    @Test
    void whatOnePromptIsThereInIsPreferredForItsCallsAlone() {
        NoticeCodecs some = new NoticeCodecs(Set.of("PCMU"), Map.of("city-1", Set.of("G729")), LAST);
        assertThat(kept(some, announcing("city-1"))).containsExactlyInAnyOrder("PCMU", "G729");
        assertThat(kept(some, announcing("notice-ja-1"))).containsExactly("PCMU");
        assertThat(kept(some, new CallFacts.Decided(null, new NoticeDecision.Oral(), false)))
                .containsExactly("PCMU");
        assertThat(kept(some, null)).containsExactlyInAnyOrder("PCMU", "G729");
        assertThat(some.announcing(announcing("city-1")).of(true, false).ringing())
                .containsExactly("PCMU");

        CallSettings ofCity = new CallSettings(
                        false,
                        some,
                        Set.of("ja"),
                        CallSettings.defaults().sealWait(),
                        CallSettings.defaults().silentMax(),
                        CallSettings.defaults().heldSilentMax(),
                        10,
                        10,
                        CallSettings.defaults().pressed())
                .announcing(announcing("city-1"));
        Negotiated call = new Negotiated(ofCity);
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER))).contains(" RTP/AVP 18 0 96 101\r\n");
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    private static Set<String> kept(NoticeCodecs codecs, CallFacts.@Nullable Decided decided) {
        return codecs.announcing(decided).of(true, false).kept();
    }

    private static CallFacts.Decided announcing(String prompt) {
        return new CallFacts.Decided(
                null, new NoticeDecision.Announce(new Prompt(prompt, "ja", "x", "0".repeat(64))), false);
    }

    @Test
    void stripLeavesTheCalleeOnlyWhatTheNoticeCanBeSpokenIn() {
        Negotiated call = new Negotiated(settings(STRIP));
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER))).isEqualTo(ofCaller(STRIPPED));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void leaveOffersEverythingAndTheCallMayGoUnrecorded() {
        Negotiated call = new Negotiated(settings(LEAVE));
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER)))
                .isEqualTo(OFFER.replace("c=IN IP4 192.0.2.20", "c=IN IP4 127.0.0.1")
                        .replace("2000", "30000"));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC));
    }

    @Test
    void stripLeavesAnOfferWholeThatHasNothingElseSinceTheCallOutranksItsRecording() {
        Negotiated call = new Negotiated(settings(STRIP));
        String only = sdp("192.0.2.20", 2000, "18 101", "rtpmap:101 telephone-event/8000");
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", only))).contains(" RTP/AVP 18 101\r\n");
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18")));
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC));
    }

    @Test
    void stripHoldsForLateOffersAndReinvitesToo() {
        Negotiated call = new Negotiated(settings(STRIP));
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
        Negotiated call = new Negotiated(settings(STRIP));
        String offered = call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        call.negotiation.won("a");
        call.pass(request(INSIDE, "INVITE", 1, "a", sdp("192.0.2.10", 1000, "0")));
        assertThat(call.pass(response(OUTSIDE, "INVITE", 200, 1, "a", OFFER))).isEqualTo(offered);
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatNobodyIsToldOfKeepsAllItsCodecs(NoticeCodecs.Others others) {
        Negotiated call = new Negotiated(settings(others));
        Negotiation untold =
                new Negotiation(call.media, settings(others), _ -> false, false, call.hold, _ -> {}, Calling.keys());
        Body body = untold.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        assertThat(body)
                .isInstanceOfSatisfying(
                        Body.Replaced.class,
                        replaced -> assertThat(new String(replaced.body(), StandardCharsets.ISO_8859_1))
                                .contains(" RTP/AVP 18 0 96 101\r\n", "a=fmtp:96 octet-align=1\r\n"));
    }
}
