package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.reliable;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Negotiated.callee;
import static org.koegura.sipproxy.call.Negotiated.caller;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.sipproxy.negotiation.Audio;

/// What nobody can read, in a call whose media are ours: they stay ours.
final class UnreadableInMidCallTest {

    private static final String MORE_LINES = "m=audio 0 RTP/AVP 0\r\n".repeat(16);

    private final Negotiated call = new Negotiated();

    /// With an answer of as many lines both would pass, and the media go past us unkept.
    @Test
    void anOfferIsRefusedAndTheCallGoesOn() {
        call.up();
        assertThat(call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2200) + MORE_LINES)))
                .isEqualTo("488 Not Acceptable Here");
        assertThat(call.pass(request(INSIDE, "UPDATE", 3, "a", callee(1200) + MORE_LINES)))
                .isEqualTo("488 Not Acceptable Here");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
        assertThat(call.pass(request(OUTSIDE, "INVITE", 4, "a", caller(2200)))).contains("m=audio 30000 ");
        assertThat(call.negotiation.unreadableInMidCall()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m=audio 0 RTP/AVP 0\r\n", "m=audio\r\n", "a=x\r\n"})
    void anAnswerThatCannotBeRefusedLeadsToUsAllTheSame(String line) {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2200)));
        String passed =
                call.pass(response(INSIDE, "INVITE", 200, 2, "a", "x=0\r\n" + callee(1200) + line.repeat(2_100)));
        assertThat(passed)
                .contains("c=IN IP4 127.0.0.1\r\n", "m=audio 30002 ")
                .doesNotContain("c=IN IP4 192.0.2.10")
                .endsWith(line);
        assertThat(call.ports()).isEqualTo("1200/2200");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
        assertThat(call.negotiation.unreadableInMidCall()).isEqualTo(1);
    }

    @Test
    void aPartyThatSaysNoAddressIsReachedWhereItsSignallingComesFrom() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2200)));
        String nowhere = callee(1200).replaceFirst("c=[^\r]*\r\n", "");
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 2, "a", nowhere)))
                .contains("m=audio 30002 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\n");
        assertThat(call.agreed(INSIDE).rtp()).isEqualTo(new InetSocketAddress("192.0.2.10", 1200));
    }

    @Test
    void soDoALateOfferAndItsAnswerInTheAck() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", ""));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 2, "a", callee(1200) + MORE_LINES)))
                .contains("m=audio 30002 ");
        assertThat(call.pass(request(OUTSIDE, "ACK", 2, "a", caller(2200) + MORE_LINES)))
                .contains("m=audio 30000 ");
        assertThat(call.ports()).isEqualTo("1200/2200");
    }

    /// Whoever sends it may choose how many it sends: one of them with an address of its own would lead past us.
    @Test
    void anMLineThatIsOneTooManyIsDeclinedAndNamesNoPlace() {
        String elsewhere = lines(
                "m=video 4004/2 RTP/AVP 96",
                "c=IN IP4 203.0.113.9",
                "a=rtcp:4005 IN IP4 203.0.113.9",
                "a=candidate:1 1 UDP 1 203.0.113.9 4004 typ host",
                "a=sendrecv",
                "m=audio 4006x RTP/AVP 0",
                "c=IN IP6 2001:db8::9");
        String nowhere =
                lines("m=video 0 RTP/AVP 96", "c=IN IP4 0.0.0.0", "a=sendrecv", "m=audio 0 RTP/AVP 0", "c=IN IP6 ::");
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", ""));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 2, "a", callee(1200) + MORE_LINES + elsewhere)))
                .contains("m=audio 30002 ")
                .endsWith(nowhere);
        assertThat(call.pass(request(OUTSIDE, "ACK", 2, "a", caller(2200) + MORE_LINES + elsewhere)))
                .contains("m=audio 30000 ")
                .endsWith(nowhere);
        call.pass(request(OUTSIDE, "INVITE", 3, "a", caller(2200)));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 3, "a", callee(0) + MORE_LINES + elsewhere)))
                .as("where nothing else is relayed")
                .endsWith(nowhere);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    @Test
    void soDoesAnAnswerInAPrack() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", ""));
        assertThat(call.pass(reliable(INSIDE, 183, 2, "a", callee(1200) + MORE_LINES)))
                .contains("m=audio 30002 ");
        assertThat(call.pass(request(OUTSIDE, "PRACK", 3, "a", caller(2200) + MORE_LINES)))
                .contains("m=audio 30000 ");
        assertThat(call.ports()).isEqualTo("1200/2200");
    }

    @Test
    void itsRetransmissionIsTheSameAndCountsOnce() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2200)));
        String first = call.pass(response(INSIDE, "INVITE", 200, 2, "a", callee(1200) + MORE_LINES));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 2, "a", callee(1200) + MORE_LINES)))
                .isEqualTo(first);
        assertThat(call.negotiation.unreadableInMidCall()).isEqualTo(1);
    }

    @Test
    void descriptionsThatAreLargeAreForgottenEarlyAndTheirRetransmissionsAreTheSame() {
        call.up();
        String large = caller(2200, "x:" + "1".repeat(Negotiation.MESSAGE_OCTETS_MAX / 8));
        String first = call.pass(request(OUTSIDE, "INVITE", 2, "a", large));
        for (int cseq = 3; cseq < 8; cseq++) {
            call.pass(request(OUTSIDE, "UPDATE", cseq, "a", large));
        }
        assertThat(call.negotiation.messagesForgotten()).isPositive();
        assertThat(call.pass(request(OUTSIDE, "INVITE", 2, "a", large))).isEqualTo(first);
    }
}
