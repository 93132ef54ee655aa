package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.reliable;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.SrtpMessages.KEY_1;
import static org.koegura.sipproxy.call.SrtpMessages.crypto;
import static org.koegura.sipproxy.call.SrtpMessages.key;
import static org.koegura.sipproxy.call.SrtpMessages.lines;
import static org.koegura.sipproxy.call.SrtpMessages.sdp;

import java.security.SecureRandom;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.sdp.CryptoAttribute;

/// Traps 3 and 28 together: each early dialog of one INVITE has keys of its own. SRTP is required on both
/// legs; the caller is outside.
final class ForkedSrtpNegotiationTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Negotiated call = new Negotiated();

    ForkedSrtpNegotiationTest() {
        call.negotiation.srtp(INSIDE, SrtpProfile.REQUIRE, false);
        call.negotiation.srtp(OUTSIDE, SrtpProfile.REQUIRE, false);
    }

    private String pass(Passing passing) {
        return call.pass(SrtpMessages.with(passing, true, true));
    }

    private CryptoAttribute said(Passing passing) {
        return lines(pass(passing)).getFirst();
    }

    /// A line with a key of a party's own.
    private static CryptoAttribute party(int tag) {
        return new CryptoAttribute(tag, MasterKey.fresh(CryptoSuite.AES_CM_128_HMAC_SHA1_80, RANDOM));
    }

    private static String sealed(int port, CryptoAttribute line) {
        return sdp(port, "RTP/SAVP", "crypto:" + line.value());
    }

    private SrtpKeys agreed(Leg leg) {
        return Objects.requireNonNull(call.agreed(leg).srtp());
    }

    /// Both forks answer the offer of the INVITE reliably.
    private void ring() {
        pass(request(OUTSIDE, "INVITE", 1, "", sdp(2000, "RTP/SAVP", crypto(1, KEY_1))));
        pass(reliable(INSIDE, 183, 1, "a", sealed(1001, party(1))));
        pass(request(OUTSIDE, "PRACK", 2, "a", ""));
        pass(reliable(INSIDE, 183, 1, "b", sealed(1002, party(1))));
        pass(request(OUTSIDE, "PRACK", 3, "b", ""));
    }

    @Test
    void ofTwoForksThatBothChangeTheirSessionTheOneThatAnswersIsSpokenToWithItsOwnKeys() {
        ring();
        CryptoAttribute keyOfA = party(4);
        CryptoAttribute keyOfB = party(5);
        CryptoAttribute toCallerOfA = said(request(INSIDE, "UPDATE", 1, "a", sealed(1011, keyOfA)));
        pass(request(INSIDE, "UPDATE", 1, "b", sealed(1012, keyOfB)));
        CryptoAttribute callerToA = party(toCallerOfA.tag());
        CryptoAttribute toA = said(response(OUTSIDE, "UPDATE", 200, 1, "a", sealed(2001, callerToA)));
        CryptoAttribute toB = said(response(OUTSIDE, "UPDATE", 200, 1, "b", sealed(2002, party(toCallerOfA.tag()))));

        assertThat(toA.tag()).as("the line that it offered").isEqualTo(4);
        assertThat(toB.tag()).isEqualTo(5);
        assertThat(toA.key()).isNotEqualTo(toB.key());
        assertThat(call.ports()).as("media follow the fork that spoke last").isEqualTo("1012/2002");

        pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        assertThat(call.ports()).isEqualTo("1011/2001");
        assertThat(agreed(INSIDE)).isEqualTo(new SrtpKeys(toA.key(), keyOfA.key()));
        assertThat(agreed(OUTSIDE)).isEqualTo(new SrtpKeys(toCallerOfA.key(), callerToA.key()));
    }

    @Test
    void anOfferOfTheCallerToEachForkIsAnsweredWithTheKeysOfThatFork() {
        ring();
        CryptoAttribute callerToA = party(1);
        CryptoAttribute callerToB = party(2);
        CryptoAttribute toA = said(request(OUTSIDE, "UPDATE", 4, "a", sealed(2001, callerToA)));
        pass(request(OUTSIDE, "UPDATE", 5, "b", sealed(2002, callerToB)));
        CryptoAttribute keyOfA = party(toA.tag());
        CryptoAttribute toCallerOfA = said(response(INSIDE, "UPDATE", 200, 4, "a", sealed(1011, keyOfA)));
        CryptoAttribute toCallerOfB = said(response(INSIDE, "UPDATE", 200, 5, "b", sealed(1012, party(toA.tag()))));

        assertThat(toCallerOfA.tag()).isEqualTo(1);
        assertThat(toCallerOfB.tag()).isEqualTo(2);
        assertThat(toCallerOfA.key()).isNotEqualTo(toCallerOfB.key());
        pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        assertThat(agreed(INSIDE)).isEqualTo(new SrtpKeys(toA.key(), keyOfA.key()));
        assertThat(agreed(OUTSIDE)).isEqualTo(new SrtpKeys(toCallerOfA.key(), callerToA.key()));
    }

    @Test
    void onceOneForkHasAnsweredItKeepsItsKeysWhateverTheOtherStillSays() {
        ring();
        CryptoAttribute keyOfA = party(4);
        CryptoAttribute toCaller = said(request(INSIDE, "UPDATE", 1, "a", sealed(1011, keyOfA)));
        MasterKey toA = said(response(OUTSIDE, "UPDATE", 200, 1, "a", sealed(2001, party(toCaller.tag()))))
                .key();
        pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        SrtpKeys before = agreed(INSIDE);
        String late = pass(response(INSIDE, "INVITE", 200, 1, "b", sealed(1002, party(1))));
        assertThat(lines(late))
                .as("what lost is answered with a key of ours as well")
                .hasSize(1);
        pass(request(INSIDE, "UPDATE", 1, "b", sealed(1012, party(4))));
        assertThat(agreed(INSIDE)).isEqualTo(before).isEqualTo(new SrtpKeys(toA, keyOfA.key()));

        pass(request(INSIDE, "INVITE", 2, "a", sealed(1011, keyOfA)));
        MasterKey again = said(response(OUTSIDE, "INVITE", 200, 2, "a", sealed(2001, party(toCaller.tag()))))
                .key();
        assertThat(again).as("a hold changes no key").isEqualTo(toA);
    }

    @Test
    void forksThatAskForAnOfferOfOursGetEachKeysOfItsOwn() {
        pass(request(OUTSIDE, "INVITE", 1, "", ""));
        CryptoAttribute keyOfA = party(1);
        CryptoAttribute ofA = said(reliable(INSIDE, 183, 1, "a", sealed(1001, keyOfA)));
        CryptoAttribute ofB = said(reliable(INSIDE, 183, 1, "b", sealed(1002, party(1))));
        assertThat(ofA.key()).isNotEqualTo(ofB.key());
        CryptoAttribute callerToA = party(ofA.tag());
        pass(request(OUTSIDE, "PRACK", 2, "b", sealed(2002, party(ofB.tag()))));
        CryptoAttribute toA = said(request(OUTSIDE, "PRACK", 3, "a", sealed(2001, callerToA)));
        pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        assertThat(agreed(OUTSIDE)).isEqualTo(new SrtpKeys(ofA.key(), callerToA.key()));
        assertThat(agreed(INSIDE)).isEqualTo(new SrtpKeys(toA.key(), keyOfA.key()));
    }

    @Test
    void moreForksThanTheBoundAreCountedAndTheOneThatAnswersIsStillSpokenTo() {
        pass(request(OUTSIDE, "INVITE", 1, "", sdp(2000, "RTP/SAVP", crypto(1, KEY_1))));
        for (int i = 0; i < 40; i++) {
            pass(reliable(INSIDE, 183, 1, "fork" + i, sealed(1001 + i, party(1))));
        }
        CryptoAttribute answer = party(1);
        CryptoAttribute toCaller = said(response(INSIDE, "INVITE", 200, 1, "fork0", sealed(1100, answer)));
        call.negotiation.won("fork0");
        assertThat(agreed(INSIDE).theirs()).isEqualTo(answer.key());
        assertThat(agreed(OUTSIDE)).isEqualTo(new SrtpKeys(toCaller.key(), key(KEY_1)));
        assertThat(call.negotiation.forksForgotten())
                .as("of 41, 16 are followed")
                .isEqualTo(25);
        for (int i = 0; i < 20; i++) {
            pass(response(INSIDE, "INVITE", 200, 1, "late" + i, sealed(1200 + i, party(1))));
        }
        pass(request(OUTSIDE, "INVITE", 2, "fork0", sdp(2000, "RTP/SAVP", crypto(7, KEY_1), "inactive")));
        assertThat(said(response(INSIDE, "INVITE", 200, 2, "fork0", sealed(1100, answer)))
                        .key())
                .as("the one that won is not forgotten")
                .isEqualTo(toCaller.key());
    }
}
