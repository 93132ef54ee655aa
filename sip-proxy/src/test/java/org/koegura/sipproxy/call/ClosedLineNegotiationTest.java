package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Negotiated.callee;
import static org.koegura.sipproxy.call.Negotiated.caller;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.negotiation.Audio;

/// Where a call is refused rather than not recorded (R3), an offer that nobody could record is refused, whenever it
/// comes; and of another one nothing is left to be agreed on that could not be recorded.
class ClosedLineNegotiationTest {

    private static final String REFUSED = "488 Not Acceptable Here";

    private final Negotiated call = new Negotiated(CallSettings.defaults().refusing(true));

    private static String sealed(String sdp) {
        return sdp.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF");
    }

    private static String inAmr(String sdp) {
        return sdp.replace("RTP/AVP 0", "RTP/AVP 97") + "a=rtpmap:97 AMR/8000\r\n";
    }

    @Test
    void anInviteWhoseAudioNobodyCouldRecordIsRefusedWithTheReason() {
        assertThat(call.negotiation.pass(request(OUTSIDE, "INVITE", 1, "", sealed(caller(2000)))))
                .isInstanceOfSatisfying(
                        Body.Refuse.class,
                        refusal -> assertThat(refusal.header()).contains("cause=488", "No audio that can be read"));
        assertThat(new Negotiated(CallSettings.defaults().refusing(true))
                        .negotiation.pass(request(OUTSIDE, "INVITE", 1, "", inAmr(caller(2000)))))
                .isInstanceOfSatisfying(
                        Body.Refuse.class,
                        refusal -> assertThat(refusal.header()).contains("cause=488", "no codec that can be kept"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "UPDATE"})
    void suchAnOfferInMidCallIsRefusedAndTheCallGoesOnAsItWas(String method) {
        call.up();
        assertThat(call.pass(request(OUTSIDE, method, 2, "a", sealed(caller(2004)))))
                .isEqualTo(REFUSED);
        assertThat(call.pass(request(INSIDE, method, 1, "a", inAmr(callee(1004)))))
                .isEqualTo(REFUSED);

        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
        assertThat(call.ports()).isEqualTo("1000/2000");
        assertThat(call.negotiation.sealings()).isZero();
        assertThat(call.negotiation.unrecordableOffers()).isEqualTo(2);
    }

    /// Whoever offers first in the 2xx cannot be refused; to refuse what repeats it would end the call.
    @Test
    void whatIsNotRecordedAnywayIsNotRefusedAtItsRefresh() {
        call.pass(request(OUTSIDE, "INVITE", 1, "", ""));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", inAmr(callee(1000))));
        call.negotiation.won("a");
        call.pass(request(OUTSIDE, "ACK", 1, "a", inAmr(caller(2000))));
        assertThat(call.negotiation.audio()).isInstanceOf(Audio.Unusable.class);

        assertThat(call.pass(request(INSIDE, "UPDATE", 1, "a", inAmr(callee(1000)))))
                .contains("AMR");
    }

    @Test
    void onceNothingMoreIsRecordedNothingIsRefusedForThat() {
        call.up();
        call.negotiation.refuseNoMore();

        assertThat(call.pass(request(OUTSIDE, "INVITE", 2, "a", sealed(caller(2004)))))
                .contains("SAVPF");
        assertThat(call.negotiation.unrecordableOffers()).isZero();
    }

    @Test
    void whatCouldNotBeRecordedIsTakenOutOfAnOfferOfBoth() {
        String both = caller(2000, "rtpmap:97 AMR/8000").replace("RTP/AVP 0", "RTP/AVP 97 0");
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", both)))
                .contains("RTP/AVP 0\r\n")
                .doesNotContain("AMR");
    }

    @Test
    void aSecondAudioThatCouldBeRecordedSufficesAndSoDoesAFax() {
        String plainSecond = sealed(caller(2000)) + "m=audio 2002 RTP/AVP 0\r\n";
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", plainSecond))).contains("m=audio", "SAVPF");

        Negotiated up = new Negotiated(CallSettings.defaults().refusing(true)).up();
        String fax = caller(2000).replace("m=audio 2000 RTP/AVP 0", "m=image 2000 udptl t38");
        assertThat(up.pass(request(OUTSIDE, "INVITE", 2, "a", fax))).contains("m=image");
    }

    @Test
    void whereCallsMayPassUnrecordedNoneOfThisIsRefused() {
        Negotiated open = new Negotiated();
        assertThat(open.pass(request(OUTSIDE, "INVITE", 1, "", sealed(caller(2000)))))
                .contains("SAVPF");
        assertThat(open.pass(response(INSIDE, "INVITE", 200, 1, "a", sealed(callee(1000)))))
                .contains("SAVPF");
    }
}
