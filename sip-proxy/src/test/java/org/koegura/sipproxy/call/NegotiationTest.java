package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.reliable;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.media.HoldWatch;
import org.koegura.sipproxy.negotiation.Audio;

/// An inbound call: the caller is outside (192.0.2.20), the callee inside (192.0.2.10).
final class NegotiationTest {

    private static final String OFFER = sdp("192.0.2.20", 2000, "0 8 101", "rtpmap:101 telephone-event/8000");
    private static final String ANSWER = sdp("192.0.2.10", 1000, "0 96", "rtpmap:96 telephone-event/8000");

    private final FakeMediaPlane plane = new FakeMediaPlane(20);
    private final HoldWatch hold = new HoldWatch();
    private FakeMediaPlane.Session media = open(plane);
    private Negotiation negotiation =
            new Negotiation(media, CallSettings.defaults(), _ -> false, true, hold, _ -> {}, Calling.keys());

    private static FakeMediaPlane.Session open(FakeMediaPlane plane) {
        return plane.open(
                Calling.FACTS.call(),
                new MailedMediaEvents(
                        new Mailbox(8, new CallMeters(new SimpleMeterRegistry(), Set.of())),
                        new LifeSigns(new HoldWatch(), CallSettings.defaults(), Clock.systemUTC()),
                        new Checkpoints(Calling.FACTS, new KeptCheckpoints()),
                        true));
    }

    private void withPortsFor(int mLines, boolean refusing) {
        CallSettings defaults = CallSettings.defaults();
        media = open(new FakeMediaPlane(mLines * 2));
        negotiation = new Negotiation(
                media,
                new CallSettings(
                        refusing,
                        defaults.codecs(),
                        defaults.noticeLanguages(),
                        Duration.ofSeconds(1),
                        defaults.silentMax(),
                        defaults.heldSilentMax(),
                        10,
                        10,
                        defaults.pressed()),
                _ -> false,
                true,
                hold,
                _ -> {},
                Calling.keys());
    }

    private String pass(Passing passing) {
        return switch (negotiation.pass(passing)) {
            case Body.Unchanged _ -> new String(passing.body(), StandardCharsets.ISO_8859_1);
            case Body.Replaced(var body) -> new String(body, StandardCharsets.ISO_8859_1);
            case Body.Early(var sdp, var _) -> new String(sdp, StandardCharsets.ISO_8859_1);
            case Body.Refuse refusal -> refusal.status() + " " + refusal.reason();
        };
    }

    private int portOf(Leg leg) {
        RemoteMedia remote = media.agreed(0, leg);
        InetSocketAddress rtp = remote == null ? null : remote.rtp();
        return rtp == null ? -1 : rtp.getPort();
    }

    private RemoteMedia agreed(Leg leg) {
        return Objects.requireNonNull(media.agreed(0, leg));
    }

    private void establish() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER));
        negotiation.won("a");
    }

    @Test
    void offerAndAnswerBothPointAtUs() {
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", OFFER)))
                .isEqualTo(OFFER.replace("c=IN IP4 192.0.2.20", "c=IN IP4 127.0.0.1")
                        .replace("2000", "30000"));
        assertThat(pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER)))
                .isEqualTo(ANSWER.replace("c=IN IP4 192.0.2.10", "c=IN IP4 127.0.0.1")
                        .replace("1000", "30002"));
    }

    @Test
    void g722NeedsNoRtpmapToBeAnnouncedInAndKept() {
        pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "18 9")));
        pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "9")));
        assertThat(agreed(OUTSIDE).formats()).containsExactly(new AudioFormat(9, "G722", 8000, 20));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    /// Opus under each side's own payload type, its parameters untouched, and of the telephone events those of the
    /// clock that both sides name.
    @Test
    void opusAndItsEventsAreAgreedByNameAndClockUnderEachSidesPayloadTypes() {
        String offer = sdp(
                "192.0.2.20",
                2000,
                "111 110 101",
                "rtpmap:111 opus/48000/2",
                "fmtp:111 stereo=1; sprop-stereo=1;useinbandfec=1",
                "rtpmap:110 telephone-event/48000",
                "rtpmap:101 telephone-event/8000",
                "ptime:40");
        String answer = sdp(
                "192.0.2.10", 1000, "96 97", "rtpmap:96 OPUS/48000/2", "rtpmap:97 telephone-event/48000", "ptime:20");
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", offer)))
                .contains("a=fmtp:111 stereo=1; sprop-stereo=1;useinbandfec=1\r\n");
        pass(response(INSIDE, "INVITE", 200, 1, "a", answer));
        assertThat(agreed(OUTSIDE).formats()).containsExactly(new AudioFormat(111, "OPUS", 48_000, 40));
        assertThat(agreed(OUTSIDE).otherPayloadTypes()).containsExactly(110);
        assertThat(agreed(INSIDE).formats()).containsExactly(new AudioFormat(96, "OPUS", 48_000, 20));
        assertThat(agreed(INSIDE).otherPayloadTypes()).containsExactly(97);
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void mediaMoveOnlyWithTheAnswer() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        assertThat(media.agreed(0, OUTSIDE)).isNull();
        pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER));
        assertThat(portOf(INSIDE)).isEqualTo(1000);
        assertThat(portOf(OUTSIDE)).isEqualTo(2000);
        assertThat(media.done()).containsExactly("audio 0");
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void eachSideReceivesWhatBothListUnderThePayloadTypeThatItDeclared() {
        establish();
        assertThat(agreed(OUTSIDE).formats()).containsExactly(new AudioFormat(0, "PCMU", 8000, 20));
        assertThat(agreed(OUTSIDE).otherPayloadTypes()).containsExactly(101);
        assertThat(agreed(INSIDE).formats()).containsExactly(new AudioFormat(0, "PCMU", 8000, 20));
        assertThat(agreed(INSIDE).otherPayloadTypes()).containsExactly(96);
        assertThat(agreed(INSIDE).rtcp()).isEqualTo(new InetSocketAddress("192.0.2.10", 1001));
        assertThat(agreed(INSIDE).signalling().getHostAddress()).isEqualTo("192.0.2.10");
    }

    @Test
    void aRetransmissionGivesTheSameBytesAndChangesNothing() {
        String offered = pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", OFFER))).isEqualTo(offered);
        String answered = pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER));
        negotiation.won("a");
        pass(request(INSIDE, "INVITE", 9, "a", sdp("192.0.2.10", 1500, "0")));
        pass(response(OUTSIDE, "INVITE", 200, 9, "a", sdp("192.0.2.20", 2500, "0")));
        assertThat(pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER))).isEqualTo(answered);
        assertThat(portOf(INSIDE)).isEqualTo(1500);
    }

    @Test
    void anEarlyAnswerMayDifferFromTheOneOfThe200() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        pass(response(INSIDE, "INVITE", 183, 1, "a", sdp("192.0.2.11", 1100, "8")));
        assertThat(portOf(INSIDE)).isEqualTo(1100);
        pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER));
        assertThat(portOf(INSIDE)).isEqualTo(1000);
    }

    @Test
    void a200WithoutDescriptionTakesUpItsOwnForksEarlyAnswer() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        pass(reliable(INSIDE, 183, 1, "a", ANSWER));
        pass(reliable(INSIDE, 183, 1, "b", sdp("192.0.2.11", 1100, "0")));
        assertThat(portOf(INSIDE)).isEqualTo(1100);
        pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        negotiation.won("a");
        assertThat(portOf(INSIDE)).isEqualTo(1000);
    }

    @Test
    void whatALosingForkSaysAfterThe200IsRewrittenButNotApplied() {
        establish();
        String late = sdp("192.0.2.11", 1100, "0");
        assertThat(pass(response(INSIDE, "INVITE", 200, 1, "b", late))).contains("m=audio 30002");
        assertThat(portOf(INSIDE)).isEqualTo(1000);
    }

    @Test
    void aLateOfferIsAnsweredInTheAck() {
        pass(request(OUTSIDE, "INVITE", 1, "", ""));
        assertThat(pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER))).contains("127.0.0.1");
        negotiation.won("a");
        assertThat(negotiation.audio()).isEqualTo(new Audio.Pending());
        assertThat(pass(request(OUTSIDE, "ACK", 1, "a", OFFER))).contains("127.0.0.1");
        assertThat(portOf(OUTSIDE)).isEqualTo(2000);
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void aLateOfferInAReliable183IsAnsweredInThePrack() {
        pass(request(OUTSIDE, "INVITE", 1, "", ""));
        pass(reliable(INSIDE, 183, 1, "a", ANSWER));
        pass(request(OUTSIDE, "PRACK", 2, "a", OFFER));
        assertThat(portOf(INSIDE)).isEqualTo(1000);
        assertThat(portOf(OUTSIDE)).isEqualTo(2000);
    }

    @Test
    void anUpdateInTheEarlyDialogMovesMediaWithItsAnswer() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        pass(reliable(INSIDE, 183, 1, "a", ANSWER));
        pass(request(OUTSIDE, "UPDATE", 3, "a", sdp("192.0.2.20", 2200, "0")));
        assertThat(portOf(OUTSIDE)).isEqualTo(2000);
        pass(response(INSIDE, "UPDATE", 200, 3, "a", sdp("192.0.2.10", 1200, "0")));
        assertThat(portOf(OUTSIDE)).isEqualTo(2200);
        pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        assertThat(portOf(INSIDE)).isEqualTo(1200);
    }

    @Test
    void aReinviteKeepsOurPortsAndAFailedOneChangesNothing() {
        establish();
        assertThat(pass(request(INSIDE, "INVITE", 5, "a", sdp("192.0.2.10", 1500, "0"))))
                .contains("m=audio 30002 ");
        pass(reliable(OUTSIDE, 183, 5, "a", sdp("192.0.2.20", 2500, "0")));
        assertThat(portOf(INSIDE)).isEqualTo(1500);
        pass(response(OUTSIDE, "INVITE", 491, 5, "a", ""));
        assertThat(portOf(INSIDE)).isEqualTo(1000);
        assertThat(portOf(OUTSIDE)).isEqualTo(2000);
    }

    /// Those who answer speak at once, and RTP is faster than SIP.
    @Test
    void whatIsOfferedInMidCallIsToldBeforeItsAnswer() {
        establish();
        assertThat(media.offered()).as("the first offer").isEmpty();
        String opus = sdp("192.0.2.10", 1000, "111 0", "rtpmap:111 opus/48000/2");
        pass(request(INSIDE, "INVITE", 5, "a", opus));
        pass(request(INSIDE, "INVITE", 5, "a", opus));
        assertThat(media.offered()).containsExactly(List.of(111, 0));
        assertThat(agreed(INSIDE).formats()).containsExactly(new AudioFormat(0, "PCMU", 8000, 20));
    }

    @Test
    void soIsALateOffer() {
        establish();
        pass(request(OUTSIDE, "INVITE", 2, "a", ""));
        pass(response(INSIDE, "INVITE", 200, 2, "a", sdp("192.0.2.10", 1000, "8 0")));
        assertThat(media.offered()).containsExactly(List.of(8, 0));
    }

    @Test
    void theSourcesThatAPartyNamesAreToldOfItAlone() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER + "a=ssrc:4294967295 cname:x\r\n"));
        pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER));
        negotiation.won("a");
        assertThat(agreed(OUTSIDE).sources()).containsExactly(-1);
        assertThat(agreed(INSIDE).sources()).isEmpty();
    }

    @Test
    void holdKeepsItsDirectionAndIsNotDeath() {
        establish();
        pass(request(OUTSIDE, "INVITE", 2, "a", sdp("192.0.2.20", 2000, "0", "sendonly")));
        pass(response(INSIDE, "INVITE", 200, 2, "a", sdp("192.0.2.10", 1000, "0", "recvonly")));
        assertThat(agreed(OUTSIDE).receives()).isFalse();
        assertThat(agreed(INSIDE).receives()).isTrue();
        assertThat(hold.onHold()).isTrue();
    }

    @Test
    void holdInTheOldWayHasNoAddress() {
        establish();
        pass(request(OUTSIDE, "INVITE", 2, "a", sdp("0.0.0.0", 2000, "0")));
        pass(response(INSIDE, "INVITE", 200, 2, "a", ANSWER));
        assertThat(agreed(OUTSIDE).rtp()).isNull();
        assertThat(hold.onHold()).isTrue();
    }

    @Test
    void rtcpSharesThePortOnlyIfBothSayMux() {
        pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "0", "rtcp-mux")));
        pass(response(INSIDE, "INVITE", 183, 1, "a", sdp("192.0.2.10", 1000, "0")));
        assertThat(agreed(OUTSIDE).rtcp()).isEqualTo(new InetSocketAddress("192.0.2.20", 2001));
        pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0", "rtcp-mux")));
        assertThat(agreed(OUTSIDE).rtcp()).isEqualTo(agreed(OUTSIDE).rtp());
    }

    @Test
    void aCodecThatCannotBeKeptMakesTheAudioUnusable() {
        pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "18 0")));
        pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "18")));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC));
        assertThat(portOf(INSIDE)).isEqualTo(1000);
    }

    @Test
    void sealedAudioPassesSealedAndIsTheReasonThatTheCallIsNotRecorded() {
        String crypto = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4";
        String offer = sdp("192.0.2.20", 2000, "0", crypto).replace("RTP/AVP", "RTP/SAVP");
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", offer)))
                .isEqualTo(offer.replace("c=IN IP4 192.0.2.20", "c=IN IP4 127.0.0.1")
                        .replace("2000", "30000"));
        String answer = sdp("192.0.2.10", 1000, "0", crypto).replace("RTP/AVP", "RTP/SAVP");
        assertThat(pass(response(INSIDE, "INVITE", 200, 1, "a", answer))).contains("RTP/SAVP", crypto);
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.ENCRYPTED_MEDIA));
        assertThat(portOf(INSIDE)).isEqualTo(1000);
    }

    @Test
    void audioOverTcpIsNotTakenForNoAudio() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER.replace("RTP/AVP", "TCP/RTP/AVP")));
        pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER.replace("RTP/AVP", "TCP/RTP/AVP")));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC));
    }

    @Test
    void declinedAudioIsNoAudio() {
        pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 0, "0")));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.NO_AUDIO));
    }

    @Test
    void aReinviteToFaxIsRelayedBesideTheAudio() {
        establish();
        String fax = sdp("192.0.2.20", 0, "0") + "m=image 2600 udptl t38\r\n";
        pass(request(OUTSIDE, "INVITE", 2, "a", fax));
        pass(response(
                INSIDE,
                "INVITE",
                200,
                2,
                "a",
                fax.replace("192.0.2.20", "192.0.2.10").replace("2600", "1600")));
        assertThat(Objects.requireNonNull(media.agreed(1, INSIDE)).rtp())
                .isEqualTo(new InetSocketAddress("192.0.2.10", 1600));
        assertThat(agreed(INSIDE).rtp()).isNull();
        assertThat(media.done()).containsExactly("audio 0", "fax");
    }

    @Test
    void aReinviteToFaxInTheAudiosPlaceKeepsItsPortsAndFallsBackToAudio() {
        establish();
        String fax = sdp("192.0.2.20", 2600, "t38", "T38FaxVersion:0", "T38FaxUdpEC:t38UDPRedundancy")
                .replace("audio 2600 RTP/AVP", "image 2600 udptl");
        assertThat(pass(request(OUTSIDE, "INVITE", 2, "a", fax)))
                .isEqualTo(
                        fax.replace("c=IN IP4 192.0.2.20", "c=IN IP4 127.0.0.1").replace("2600", "30000"));
        pass(response(
                INSIDE,
                "INVITE",
                200,
                2,
                "a",
                fax.replace("192.0.2.20", "192.0.2.10").replace("2600", "1600")));
        assertThat(portOf(INSIDE)).isEqualTo(1600);
        assertThat(portOf(OUTSIDE)).isEqualTo(2600);
        assertThat(agreed(INSIDE).formats()).isEmpty();
        assertThat(media.done()).containsExactly("audio 0", "fax");
        assertThat(hold.onHold())
                .as("a fax without a packet for a while is not the end of the call")
                .isTrue();
        pass(request(OUTSIDE, "INVITE", 3, "a", OFFER));
        pass(response(INSIDE, "INVITE", 200, 3, "a", ANSWER));
        assertThat(portOf(INSIDE)).isEqualTo(1000);
        assertThat(agreed(INSIDE).formats()).hasSize(1);
        assertThat(media.done()).containsExactly("audio 0", "fax", "audio 0");
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void aRefusedFaxLeavesTheAudioAsItWas() {
        establish();
        pass(request(OUTSIDE, "INVITE", 2, "a", OFFER.replace("audio 2000 RTP/AVP 0 8 101", "image 2600 udptl t38")));
        pass(response(INSIDE, "INVITE", 488, 2, "a", ""));
        assertThat(portOf(OUTSIDE)).isEqualTo(2000);
        assertThat(media.done()).containsExactly("audio 0");
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void anUnreadableOfferPassesByUsAndSoDoesItsAnswer() {
        String junk = "v=0\r\nm=audio\r\n";
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", junk))).isEqualTo(junk);
        assertThat(pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER))).isEqualTo(ANSWER);
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.UNREADABLE_SDP));
    }

    @Test
    void withoutPortsTheCallPassesByUsToTheEndEvenIfPortsComeFree() {
        withPortsFor(0, false);
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", OFFER))).isEqualTo(OFFER);
        assertThat(pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER))).isEqualTo(ANSWER);
        assertThat(negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.NO_PORT));
    }

    @Test
    void videoWithoutPortPassesByWhileAudioIsAnchored() {
        withPortsFor(1, false);
        String both = OFFER + "m=video 2002 RTP/AVP 31\r\n";
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", both)))
                .contains(
                        "c=IN IP4 192.0.2.20\r\nt=0 0",
                        "m=audio 30000 RTP/AVP 0 8 101\r\nc=IN IP4 127.0.0.1\r\n",
                        "m=video 2002 ");
        pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER + "m=video 1002 RTP/AVP 31\r\n"));
        assertThat(negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void whereTheSettingsSaySoWhatCannotBeAnchoredIsRefused() {
        withPortsFor(0, true);
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", OFFER))).isEqualTo("503 Service Unavailable");
        withPortsFor(1, true);
        assertThat(pass(request(OUTSIDE, "INVITE", 1, "", "v=0\r\nm=x\r\n"))).isEqualTo("488 Not Acceptable Here");
    }

    @Test
    void descriptionsInARefusalOrInAnotherMethodAreNotTouched() {
        establish();
        assertThat(pass(response(INSIDE, "INVITE", 488, 7, "a", ANSWER))).isEqualTo(ANSWER);
        assertThat(pass(request(OUTSIDE, "INFO", 8, "a", OFFER))).isEqualTo(OFFER);
    }
}
