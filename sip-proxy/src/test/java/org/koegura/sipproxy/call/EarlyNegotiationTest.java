package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.reliable;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.negotiation.Audio;

/// Trap 36: what the caller is told while it rings, in the dialogs that the callee makes, and what it is told then.
final class EarlyNegotiationTest {

    private static final String EVENTS = "rtpmap:101 telephone-event/8000";
    private static final String OFFER =
            sdp("192.0.2.20", 2000, "18 0 8 101", "rtpmap:0 PCMU/8000", "rtpmap:8 PCMA/8000", EVENTS, "fmtp:101 0-15");
    private static final String ANSWER =
            sdp("192.0.2.10", 1000, "0 101", "rtpmap:0 PCMU/8000", EVENTS, "fmtp:101 0-15");

    private final Negotiated call = new Negotiated();

    private String invited() {
        return invited(OFFER);
    }

    private String invited(String offer) {
        call.negotiation.announcesEarly(7);
        return call.pass(request(OUTSIDE, "INVITE", 1, "", offer));
    }

    private String rings(String tag) {
        return call.pass(response(INSIDE, "INVITE", 180, 1, tag, ""));
    }

    private String answers(String tag, String answer) {
        String sent = call.pass(response(INSIDE, "INVITE", 200, 1, tag, answer));
        call.negotiation.won(tag);
        return sent;
    }

    @Test
    void theOfferGoesOnWithTheOneCodecThatHasANoticeAndTelephoneEvents() {
        assertThat(invited())
                .contains("RTP/AVP 0 101\r\n")
                .contains("a=fmtp:101 0-15\r\n")
                .doesNotContain("PCMA");
    }

    @Test
    void whoRingsGetsAnAnswerOfOursInTheCallersOwnPortAndTheCallerCanBePlayedTo() {
        invited();
        assertThat(call.negotiation.hasEarlyMedia()).isFalse();
        assertThat(rings("a")).isEqualTo("""
                v=0
                o=- 7 1 IN IP4 127.0.0.1
                s=-
                c=IN IP4 127.0.0.1
                t=0 0
                m=audio 30002 RTP/AVP 0 101
                a=rtpmap:0 PCMU/8000
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-15
                a=ptime:20
                a=sendrecv
                """.replace("\n", "\r\n"));
        assertThat(call.negotiation.hasEarlyMedia()).isTrue();
        assertThat(call.ports()).as("the callee is nowhere yet").isEqualTo("-1/2000");
    }

    @Test
    void whatRingsAgainAndOtherForksAreToldTheSame() {
        invited();
        String first = rings("a");
        assertThat(rings("a")).isEqualTo(first);
        assertThat(rings("b")).isEqualTo(first);
        assertThat(call.pass(response(INSIDE, "INVITE", 181, 1, "a", ""))).isEqualTo(first);
    }

    @Test
    void whatACalleeSaidOfItsOwnIsNotUnsaidWhereItRingsAgain() {
        invited();
        rings("a");
        String other = sdp("192.0.2.10", 1000, "0");
        assertThat(call.pass(response(INSIDE, "INVITE", 183, 1, "a", other))).contains("o=- 7 2 IN");
        assertThat(rings("a")).as("a 180 as it came").isEmpty();
        assertThat(answers("a", other)).contains("o=- 7 2 IN");
    }

    /// The caller hears what that one says; ours says nothing but that it rings.
    @Test
    void aForkThatOnlyRingsTakesNothingFromOneThatSpeaks() {
        invited();
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", ANSWER));
        String ports = call.ports();
        rings("b");
        assertThat(call.ports()).isEqualTo(ports);
    }

    @Test
    void theAnswerIsRepeatedByteForByteAndMediaRunByTheTrueOne() {
        invited();
        String first = rings("a");
        assertThat(answers("a", ANSWER)).isEqualTo(first);
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER))).isEqualTo(first);
        assertThat(call.ports()).isEqualTo("1000/2000");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
        assertThat(call.negotiation.earlyAnswersDiffering()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "0 96;rtpmap:96 telephone-event/8000",
                "0 101;rtpmap:101 telephone-event/8000;sendonly",
                "0 101;rtpmap:101 telephone-event/8000;ptime:30",
                "0 101;rtpmap:101 telephone-event/8000;rtcp-mux"
            })
    void anAnswerThatDiffersIsTheTrueOneInAFurtherVersionAndCounts(String said) {
        invited();
        rings("a");
        String[] parts = said.split(";", 2);
        String other = sdp("192.0.2.10", 1000, parts[0], parts.length < 2 ? new String[0] : parts[1].split(";", -1));
        String told = answers("a", other);
        assertThat(told).contains("o=- 7 2 IN IP4 127.0.0.1\r\n").contains("RTP/AVP " + parts[0] + "\r\n");
        assertThat(call.negotiation.earlyAnswersDiffering()).isEqualTo(1);
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @Test
    void anAnswerThatDiffersCountsAlsoWhereTheCalleeSaidTheSameBefore() {
        invited();
        String first = rings("a");
        assertThat(call.pass(response(INSIDE, "INVITE", 183, 1, "a", ANSWER))).isEqualTo(first);
        assertThat(call.negotiation.earlyAnswersDiffering()).isZero();
        String other = sdp("192.0.2.10", 1000, "0").replace("o=- 7 7", "o=- 7 8");
        assertThat(answers("a", other)).contains("o=- 7 2 IN");
        assertThat(call.negotiation.earlyAnswersDiffering()).isEqualTo(1);
    }

    @Test
    void anAnswerThatDiffersTwiceIsOneDialogThatDiffers() {
        invited();
        rings("a");
        String other = sdp("192.0.2.10", 1000, "0");
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", other));
        answers("a", other.replace("o=- 7 7", "o=- 7 8"));
        assertThat(call.negotiation.earlyAnswersDiffering()).isEqualTo(1);
    }

    /// Our answer was never the callee's: nobody agreed to anything.
    @Test
    void whoAnswersWithoutADescriptionAgreedToNothing() {
        invited();
        rings("a");
        answers("a", "");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.NO_AUDIO));
    }

    @Test
    void whatTheCalleeSaysLaterIsAFurtherVersionOfTheSessionThatTheCallerKnows() {
        invited();
        String first = rings("a");
        answers("a", ANSWER);
        call.pass(request(OUTSIDE, "ACK", 1, "a", ""));
        assertThat(call.pass(request(INSIDE, "UPDATE", 5, "a", ANSWER)))
                .as("a refresh: the same version is the same bytes")
                .isEqualTo(first);
        String held = ANSWER.replace("o=- 7 7", "o=- 7 8") + "a=sendonly\r\n";
        assertThat(call.pass(request(INSIDE, "UPDATE", 6, "a", held)))
                .contains("o=- 7 2 IN IP4 127.0.0.1\r\n")
                .contains("a=sendonly");
        String again = ANSWER.replace("o=- 7 7", "o=- 7 9");
        assertThat(call.pass(request(INSIDE, "UPDATE", 7, "a", again))).contains("o=- 7 3 IN");
        assertThat(call.negotiation.earlyAnswersDiffering()).isZero();
    }

    @Test
    void an18xThatCarriesADescriptionIsUsedAsItIs() {
        invited();
        String progress = call.pass(response(INSIDE, "INVITE", 183, 1, "a", ANSWER));
        assertThat(progress).contains("o=- 7 7 IN IP4 192.0.2.10").contains("m=audio 30002 ");
        assertThat(call.negotiation.hasEarlyMedia()).isTrue();
        assertThat(call.ports()).isEqualTo("1000/2000");
        assertThat(rings("a")).as("its own answer stands").isEmpty();
    }

    @Test
    void aReliable18xWithoutADescriptionPassesAndSaysNothing() {
        invited();
        assertThat(call.pass(reliable(INSIDE, 180, 1, "a", ""))).isEmpty();
        assertThat(rings("a")).isEmpty();
        assertThat(call.negotiation.hasEarlyMedia()).isFalse();
        assertThat(answers("a", ANSWER)).contains("o=- 7 7 IN IP4 192.0.2.10");
    }

    @Test
    void whoNeverRingsAnswersAsEver() {
        invited();
        assertThat(answers("a", ANSWER)).contains("o=- 7 7 IN IP4 192.0.2.10");
        assertThat(call.negotiation.hasEarlyMedia()).isFalse();
        assertThat(rings("b")).as("a fork that lost").isEmpty();
    }

    @Test
    void aForkThatNeverRangWinsOverOneThatDidWithItsOwnAnswer() {
        invited();
        rings("a");
        assertThat(answers("b", ANSWER)).contains("o=- 7 7 IN IP4 192.0.2.10");
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // a late offer
                "v=0\r\no=- 1 1 IN IP4 192.0.2.20\r\ns=-\r\nc=IN IP4 192.0.2.20\r\nt=0 0\r\nm=audio 2000 RTP/AVP 0 8"
                        + "\r\nm=video 2010 RTP/AVP 31\r\n",
                "0 8;sendonly",
                "0 8;ptime:30",
                "18",
                "0 8;crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"
            })
    void whatCannotBeAnsweredForTheCalleePassesAsEver(String offered) {
        String[] parts = offered.split(";", 2);
        String offer = offered.isEmpty() || offered.startsWith("v=")
                ? offered
                : sdp("192.0.2.20", 2000, parts[0], parts.length < 2 ? new String[0] : parts[1].split(";", -1));
        String sent = invited(offer);
        assertThat(sent).doesNotContain("RTP/AVP 0\r\n");
        assertThat(rings("a")).isEmpty();
        assertThat(call.negotiation.hasEarlyMedia()).isFalse();
    }

    @Test
    void nothingIsNarrowedOrSaidWhereTheCallIsAnnouncedOnItsAnswer() {
        assertThat(call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER))).contains("RTP/AVP 0 8 18 101");
        assertThat(rings("a")).isEmpty();
    }

    @Test
    void whoRefusesTheOneCodecIsOfferedAllOfThemOnceAndTheNoticeComesOnTheAnswer() {
        invited();
        Body all = Objects.requireNonNull(call.negotiation.fallBack());
        assertThat(all).isInstanceOf(Body.Replaced.class);
        assertThat(new String(((Body.Replaced) all).body(), StandardCharsets.ISO_8859_1))
                .contains("RTP/AVP 0 8 18 101");
        assertThat(call.negotiation.fallBack()).isNull();
        assertThat(rings("b")).isEmpty();
        assertThat(answers("b", sdp("192.0.2.10", 1000, "8"))).contains("RTP/AVP 8");
    }

    @Test
    void dialogsAreBounded() {
        invited();
        for (int i = 0; i < 16; i++) {
            assertThat(rings("fork" + i)).isNotEmpty();
        }
        assertThat(rings("one more")).isEmpty();
        assertThat(rings("fork3")).isNotEmpty();
    }
}
