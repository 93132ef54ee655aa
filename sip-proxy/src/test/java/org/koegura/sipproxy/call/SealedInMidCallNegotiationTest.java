package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Negotiated.callee;
import static org.koegura.sipproxy.call.Negotiated.caller;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.negotiation.Audio;

/// Parties who spoke plain turn to SRTP between them (trap 28): from the offer on, what comes may be
/// that.
class SealedInMidCallNegotiationTest {

    private static final String KEY =
            "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    private final Negotiated call = new Negotiated().up();
    private int mark;

    private List<String> since() {
        return call.media.done().subList(mark, call.media.done().size());
    }

    private static String sealed(String sdp) {
        return sdp.replace("RTP/AVP", "RTP/SAVP");
    }

    @Test
    void fromTheOfferOfSrtpOnNothingIsKeptAndOnceItIsAgreedNobodyCanReadIt() {
        mark = call.media.done().size();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", sealed(caller(2000, KEY))));
        assertThat(since()).containsExactly("may be sealed");
        call.pass(response(INSIDE, "INVITE", 200, 2, "a", sealed(callee(1000, KEY))));
        assertThat(since()).containsExactly("may be sealed", "sealed");
        assertThat(call.negotiation.sealings()).isOne();
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.ENCRYPTED_MEDIA));

        call.pass(request(INSIDE, "INVITE", 1, "a", callee(1000)));
        call.pass(response(OUTSIDE, "INVITE", 200, 1, "a", caller(2000)));
        assertThat(since()).endsWith("audio 0");
        assertThat(call.negotiation.sealings()).isOne();
    }

    @Test
    void anOfferThatIsRefusedOrAnsweredPlainLetsCaptureGoOn() {
        mark = call.media.done().size();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", sealed(caller(2000, KEY))));
        call.pass(response(INSIDE, "INVITE", 488, 2, "a", ""));
        assertThat(since()).containsExactly("may be sealed", "audio 0");

        mark = call.media.done().size();
        call.pass(request(OUTSIDE, "INVITE", 3, "a", caller(2000, KEY)));
        call.pass(response(INSIDE, "INVITE", 200, 3, "a", callee(1000)));
        assertThat(since()).contains("may be sealed").endsWith("audio 0");
        assertThat(call.negotiation.sealings()).isZero();
    }

    /// RFC 5939 §3.4.2, §3.6.2: a capability, which an answer may take up.
    @Test
    void anOfferThatCouldBeOfSrtpWithholdsCaptureAndSealsItOnceItIsTakenUp() {
        mark = call.media.done().size();
        String could = caller(2000, "tcap:1 RTP/SAVP", "acap:1 " + KEY, "pcfg:1 t=1 a=1");
        call.pass(request(OUTSIDE, "INVITE", 2, "a", could));
        assertThat(since()).containsExactly("may be sealed");
        call.pass(response(INSIDE, "INVITE", 200, 2, "a", callee(1000, "acap:1 " + KEY)));
        assertThat(since()).as("it could too, and does not").endsWith("audio 0").doesNotContain("sealed");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());

        call.pass(request(OUTSIDE, "INVITE", 3, "a", could));
        call.pass(response(INSIDE, "INVITE", 200, 3, "a", callee(1000, KEY, "acfg:1 a=1")));
        assertThat(since()).endsWith("may be sealed", "sealed");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.ENCRYPTED_MEDIA));
    }

    @Test
    void anOfferThatGotNoAnswerAtAllLetsCaptureGoOn() {
        mark = call.media.done().size();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", sealed(caller(2000, KEY))));
        call.timedOut(OUTSIDE, "INVITE", 2);
        assertThat(since()).containsExactly("may be sealed", "audio 0");
    }

    @Test
    void whatAForkSaysThatLostIsNothingToTheOneThatWon() {
        Negotiated from = new Negotiated();
        from.pass(request(OUTSIDE, "INVITE", 1, "", caller(2000, KEY)));
        from.pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1000)));
        int before = from.media.done().size();
        from.pass(response(INSIDE, "INVITE", 200, 1, "b", callee(1100)));
        from.pass(request(OUTSIDE, "ACK", 1, "b", ""));
        assertThat(from.media.done().subList(before, from.media.done().size())).doesNotContain("may be sealed");
    }

    @Test
    void theNextProcessKeepsNothingEitherUntilTheOfferIsAnswered() {
        assertThat(call.told.getLast().checkpoint().audio()).isZero();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", sealed(caller(2000, KEY))));
        assertThat(call.told.getLast().checkpoint().audio()).isNegative();
        call.pass(response(INSIDE, "INVITE", 488, 2, "a", ""));
        assertThat(call.told.getLast().checkpoint().audio()).isZero();
    }

    @Test
    void aCallThatWasSealedFromTheStartIsRelayedAsItIs() {
        Negotiated from = new Negotiated();
        from.pass(request(OUTSIDE, "INVITE", 1, "", sealed(caller(2000, KEY))));
        from.pass(response(INSIDE, "INVITE", 200, 1, "a", sealed(callee(1000, KEY))));
        assertThat(from.media.done()).contains("audio 0").doesNotContain("sealed", "may be sealed");
    }
}
