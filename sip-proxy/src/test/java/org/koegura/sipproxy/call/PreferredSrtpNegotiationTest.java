package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.SrtpMessages.KEY_1;
import static org.koegura.sipproxy.call.SrtpMessages.KEY_2;
import static org.koegura.sipproxy.call.SrtpMessages.crypto;
import static org.koegura.sipproxy.call.SrtpMessages.key;
import static org.koegura.sipproxy.call.SrtpMessages.lines;
import static org.koegura.sipproxy.call.SrtpMessages.sdp;
import static org.koegura.sipproxy.call.SrtpMessages.with;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.negotiation.Audio;
import org.koegura.sipproxy.sdp.CryptoAttribute;

/// Whoever is outside may speak SRTP or plain RTP; all hops are over TLS, unless a test says otherwise.
class PreferredSrtpNegotiationTest {

    private static final String SECURE = sdp(2000, "RTP/SAVP", crypto(1, KEY_1));
    private static final String PLAIN = sdp(2000, "RTP/AVP");

    private final Negotiated call = new Negotiated();
    private long cseq;

    private PreferredSrtpNegotiationTest inside(SrtpProfile inside) {
        return set(inside, false);
    }

    private PreferredSrtpNegotiationTest set(SrtpProfile inside, boolean adapts) {
        call.negotiation.srtp(INSIDE, inside, adapts);
        call.negotiation.srtp(OUTSIDE, SrtpProfile.PREFER, adapts);
        return this;
    }

    private String offer(Leg from, String sdp) {
        return offer(from, sdp, true);
    }

    /// An offer in an INVITE; the first opens the call.
    private String offer(Leg from, String sdp, boolean tls) {
        return call.pass(with(Calling.request(from, "INVITE", ++cseq, cseq == 1 ? "" : "a", sdp), tls, tls));
    }

    private String answer(Leg from, String tag, String sdp) {
        return call.pass(with(Calling.response(from, "INVITE", 200, cseq, tag, sdp), true, true));
    }

    /// It answers, and wins.
    private String accept(Leg from, String sdp) {
        String passed = answer(from, "a", sdp);
        call.negotiation.won("a");
        return passed;
    }

    /// What goes on after a 488; empty for nothing.
    private String fallBack() {
        Body body = call.negotiation.fallBack();
        return body instanceof Body.Replaced(var bytes) ? new String(bytes, StandardCharsets.ISO_8859_1) : "";
    }

    private @Nullable SrtpKeys keys(Leg leg) {
        RemoteMedia agreed = call.media.agreed(0, leg);
        return agreed == null ? null : agreed.srtp();
    }

    @Test
    void whoIsCalledIsOfferedSrtpAndSpeaksIt() {
        List<CryptoAttribute> offered = lines(inside(SrtpProfile.NEVER).offer(INSIDE, sdp(1000, "RTP/AVP")));
        assertThat(offered).hasSize(2);
        assertThat(accept(OUTSIDE, SECURE)).contains(" RTP/AVP 0\r\n").doesNotContain("crypto");
        assertThat(keys(OUTSIDE)).isEqualTo(new SrtpKeys(offered.getFirst().key(), key(KEY_1)));
        assertThat(fallBack()).as("it has answered").isEmpty();
    }

    @Test
    void whoRefusesItIsOfferedPlainRtpOnceAndNoKeyOfOursStaysInIt() {
        String secured = inside(SrtpProfile.NEVER).offer(INSIDE, sdp(1000, "RTP/AVP", "ptime:20"));
        String plain = fallBack();
        assertThat(plain)
                .contains(" RTP/AVP 0\r\n", "a=ptime:20\r\n")
                .doesNotContain("crypto", "SAVP")
                .hasLineCount((int) secured.lines().count() - 2);
        assertThat(fallBack()).as("once").isEmpty();
        assertThat(accept(OUTSIDE, PLAIN)).contains(" RTP/AVP 0\r\n");
        assertThat(keys(OUTSIDE)).isNull();
        assertThat(keys(INSIDE)).isNull();
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
        assertThat(call.ports()).isEqualTo("1000/2000");
        assertThat(call.negotiation.mute()).isZero();
    }

    @Test
    void anOffererOfSrtpIsAnsweredSoThoughTheOtherPartySpeaksPlain() {
        String offer = sdp(1000, "RTP/SAVP", crypto(3, KEY_2));
        inside(SrtpProfile.REQUIRE).offer(INSIDE, offer);
        assertThat(fallBack()).contains(" RTP/AVP 0\r\n").doesNotContain("crypto");
        String secured = accept(OUTSIDE, PLAIN);
        assertThat(secured).contains(" RTP/SAVP 0\r\n");
        CryptoAttribute ours = lines(secured).getFirst();
        assertThat(ours.tag()).isEqualTo(3);
        assertThat(keys(INSIDE)).isEqualTo(new SrtpKeys(ours.key(), key(KEY_2)));
        assertThat(keys(OUTSIDE)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NEVER", "REQUIRE", "PASS"})
    void whoMustSpeakAsIsSetIsOfferedNothingElse(SrtpProfile outside) {
        call.negotiation.srtp(INSIDE, SrtpProfile.NEVER, false);
        call.negotiation.srtp(OUTSIDE, outside, false);
        offer(INSIDE, sdp(1000, "RTP/AVP"));
        assertThat(fallBack()).isEmpty();
    }

    /// No SRTP was offered: its refusal is of something else.
    @Test
    void whoRefusesAFaxIsNotOfferedItAgain() {
        String fax = sdp(1000, "RTP/AVP").replace("m=audio 1000 RTP/AVP 0", "m=image 1000 udptl t38");
        assertThat(inside(SrtpProfile.NEVER).offer(INSIDE, fax)).contains("m=image ");
        assertThat(fallBack()).isEmpty();
    }

    @Test
    void withoutTlsPlainRtpIsOfferedAtOnce() {
        assertThat(inside(SrtpProfile.NEVER).offer(INSIDE, sdp(1000, "RTP/AVP"), false))
                .contains(" RTP/AVP 0\r\n")
                .doesNotContain("crypto");
        assertThat(fallBack()).isEmpty();
    }

    @Test
    void whoCallsIsAnsweredAsItOffers() {
        inside(SrtpProfile.NEVER).offer(OUTSIDE, SECURE);
        String secured = accept(INSIDE, sdp(1000, "RTP/AVP"));
        assertThat(secured).contains(" RTP/SAVP 0\r\n");
        assertThat(keys(OUTSIDE)).isNotNull();
        assertThat(fallBack()).isEmpty();
    }

    @Test
    void whoCallsInPlainIsAnsweredPlain() {
        assertThat(inside(SrtpProfile.NEVER).offer(OUTSIDE, PLAIN)).contains(" RTP/AVP 0\r\n");
        assertThat(accept(INSIDE, sdp(1000, "RTP/AVP")))
                .contains(" RTP/AVP 0\r\n")
                .doesNotContain("crypto");
        assertThat(keys(OUTSIDE)).isNull();
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void keysThatNobodyVouchesForAreNotBelieved() {
        assertThat(inside(SrtpProfile.NEVER).offer(OUTSIDE, SECURE, false)).startsWith("488 ");
    }

    @Test
    void aReinviteGoesOnInTheFormThatTheDialogBeganInWhoeverSendsIt() {
        inside(SrtpProfile.NEVER).offer(INSIDE, sdp(1000, "RTP/AVP"));
        fallBack();
        accept(OUTSIDE, PLAIN);
        assertThat(offer(INSIDE, sdp(1000, "RTP/AVP", "inactive")))
                .contains(" RTP/AVP 0\r\n")
                .doesNotContain("crypto");
        accept(OUTSIDE, PLAIN);
        assertThat(offer(OUTSIDE, SECURE)).startsWith("488 ");
        assertThat(offer(OUTSIDE, PLAIN)).contains(" RTP/AVP 0\r\n");
    }

    @Test
    void aReinviteUnderSrtpStaysSoAndItsRefusalIsNoReasonToSpeakPlain() {
        inside(SrtpProfile.NEVER).offer(INSIDE, sdp(1000, "RTP/AVP"));
        accept(OUTSIDE, SECURE);
        SrtpKeys before = keys(OUTSIDE);
        assertThat(lines(offer(INSIDE, sdp(1000, "RTP/AVP", "inactive")))).hasSize(2);
        call.pass(with(Calling.response(OUTSIDE, "INVITE", 488, cseq, "a", ""), true, true));
        assertThat(fallBack()).isEmpty();
        assertThat(keys(OUTSIDE)).isEqualTo(before);
        assertThat(offer(OUTSIDE, PLAIN)).startsWith("488 ");
    }

    /// Our offer goes in a 200, which nobody can refuse by 488.
    @Test
    void whoAsksForAnOfferIsMadeAPlainOne() {
        inside(SrtpProfile.NEVER).offer(OUTSIDE, "");
        assertThat(accept(INSIDE, sdp(1000, "RTP/AVP")))
                .contains(" RTP/AVP 0\r\n")
                .doesNotContain("crypto");
        call.pass(with(Calling.request(OUTSIDE, "ACK", 1, "a", PLAIN), true, true));
        assertThat(keys(OUTSIDE)).isNull();
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void whoIsAskedForAnOfferIsAnsweredAsItOffersInEachForkAndARefusalStands() {
        inside(SrtpProfile.NEVER).offer(INSIDE, "");
        assertThat(fallBack()).isEmpty();
        String ofB = call.pass(with(Calling.reliable(OUTSIDE, 183, 1, "b", sdp(2001, "RTP/AVP")), true, true));
        String ofA = call.pass(with(Calling.reliable(OUTSIDE, 183, 1, "a", SECURE), true, true));
        assertThat(List.of(ofA, ofB))
                .allSatisfy(plain -> assertThat(plain)
                        .contains("m=audio ", " RTP/AVP 0\r\n")
                        .doesNotContain("m=audio 0 ", "crypto"));
        String toA = call.pass(with(Calling.request(INSIDE, "PRACK", 2, "a", sdp(1000, "RTP/AVP")), true, true));
        String toB = call.pass(with(Calling.request(INSIDE, "PRACK", 3, "b", sdp(1000, "RTP/AVP")), true, true));
        assertThat(toA).contains(" RTP/SAVP 0\r\n");
        assertThat(toB).contains(" RTP/AVP 0\r\n");
    }

    /// A server that was given up for its silence answers after all, when another one has refused.
    @Test
    void whoeverAnswersTheFirstOfferAfterAllIsHeardAsItAnswers() {
        List<CryptoAttribute> offered = lines(inside(SrtpProfile.NEVER).offer(INSIDE, sdp(1000, "RTP/AVP")));
        fallBack();
        accept(OUTSIDE, SECURE);
        assertThat(keys(OUTSIDE)).isEqualTo(new SrtpKeys(offered.getFirst().key(), key(KEY_1)));
        assertThat(call.negotiation.mute()).isZero();
    }

    @Test
    void earlyMediaOfTheFirstOfferEndWithItsRefusal() {
        inside(SrtpProfile.NEVER).offer(INSIDE, sdp(1000, "RTP/AVP"));
        call.pass(with(Calling.response(OUTSIDE, "INVITE", 183, 1, "early", SECURE), true, true));
        assertThat(keys(OUTSIDE)).isNotNull();
        fallBack();
        accept(OUTSIDE, sdp(2002, "RTP/AVP"));
        assertThat(keys(OUTSIDE)).isNull();
        assertThat(call.ports()).isEqualTo("1000/2002");
    }

    @Test
    void aCallForHelpInPlainPassesPlainAsItIs() {
        String offer = sdp(1000, "RTP/AVP");
        assertThat(set(SrtpProfile.NEVER, true).offer(INSIDE, offer)).isEqualTo(offer);
        assertThat(call.negotiation.endsSrtp()).isFalse();
        assertThat(fallBack()).isEmpty();
    }

    @Test
    void aCallForHelpUnderSrtpIsOfferedSoAndPlainWhereThatIsRefused() {
        set(SrtpProfile.PREFER, true).offer(INSIDE, sdp(1000, "RTP/SAVP", crypto(1, KEY_2)));
        assertThat(fallBack()).contains(" RTP/AVP 0\r\n");
        assertThat(accept(OUTSIDE, PLAIN)).contains(" RTP/SAVP 0\r\n");
    }
}
