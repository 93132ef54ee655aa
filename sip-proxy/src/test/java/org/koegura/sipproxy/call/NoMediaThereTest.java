package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;
import static org.koegura.sipproxy.call.Negotiated.caller;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A description names any address that its maker likes. What we send there, we send from our own.
final class NoMediaThereTest {

    private static final InetSocketAddress SIP = new InetSocketAddress("192.0.2.30", 5060);

    private final Negotiated call = new Negotiated(CallSettings.defaults(), SIP::equals);

    /// The callee, whose signalling comes from 192.0.2.10, wants its media there.
    private void answered(String sdp) {
        call.pass(request(OUTSIDE, "INVITE", 1, "", caller(2000)));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp));
        call.negotiation.won("a");
    }

    private void getsNothing() {
        assertThat(call.agreed(INSIDE).rtp()).isNull();
        assertThat(call.agreed(INSIDE).rtcp()).isNull();
        assertThat(call.agreed(OUTSIDE).rtp()).isEqualTo(new InetSocketAddress("192.0.2.20", 2000));
        assertThat(call.hold.onHold()).as("its silence is no sign of its end").isTrue();
        assertThat(call.negotiation.misdirected()).isEqualTo(1);
    }

    private void getsNoReports(String host, int port) {
        assertThat(call.agreed(INSIDE).rtp()).isEqualTo(new InetSocketAddress(host, port));
        assertThat(call.agreed(INSIDE).rtcp()).isNull();
        assertThat(call.hold.onHold()).isFalse();
        assertThat(call.negotiation.misdirected()).isEqualTo(1);
    }

    @Test
    void noMediaGoToASocketOfSip() {
        answered(sdp("192.0.2.30", 5060, "0"));
        getsNothing();
    }

    /// Said, or following from the port of RTP.
    @ParameterizedTest
    @CsvSource({"1000, rtcp:5060", "5059, sendrecv"})
    void norDoReportsAboutThemWhichTheAudioDoesNotSufferFor(int port, String attribute) {
        answered(sdp("192.0.2.30", port, "0", attribute));
        getsNoReports("192.0.2.30", port);
    }

    @Test
    void norDoThoseThatAreNoRtp() {
        String fax = "v=0\r\no=- 7 7 IN IP4 192.0.2.30\r\ns=-\r\nc=IN IP4 192.0.2.30\r\nt=0 0\r\n";
        String offer = caller(2000) + "m=image 2002 udptl t38\r\n";
        call.pass(request(OUTSIDE, "INVITE", 1, "", offer));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", fax + "m=audio 0 RTP/AVP 0\r\nm=image 5060 udptl t38\r\n"));
        assertThat(call.negotiation.misdirected()).isEqualTo(1);
        assertThat(call.media.agreed(1, INSIDE)).isNotNull().extracting("rtp").isNull();
    }

    @Test
    void noneGoToThePortsThatTheyComeFrom() {
        answered(sdp("127.0.0.1", 30_000, "0"));
        getsNothing();
    }

    /// Softphones on Debian find 127.0.1.1 where they look for their own address.
    @Test
    void aPartyElsewhereThatSaysLoopbackIsWhereItsSignallingComesFrom() {
        answered(sdp("127.0.1.1", 1000, "0", "rtcp:1003 IN IP4 127.0.0.1"));
        assertThat(call.agreed(INSIDE).rtp()).isEqualTo(new InetSocketAddress("192.0.2.10", 1000));
        assertThat(call.agreed(INSIDE).rtcp()).isEqualTo(new InetSocketAddress("192.0.2.10", 1003));
        assertThat(call.negotiation.misdirected()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"IN IP4 0.0.0.0", "IN IP4 224.0.1.75", "IN IP6 ::", "IN IP6 ff02::1"})
    void noReportsGoToNoPlaceOrToMany(String place) {
        answered(sdp("192.0.2.10", 1000, "0", "rtcp:1001 " + place));
        getsNoReports("192.0.2.10", 1000);
    }

    @Test
    void theDescriptionGoesOnAsAnyOther() {
        call.pass(request(OUTSIDE, "INVITE", 1, "", caller(2000)));
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.30", 5060, "0"))))
                .contains("c=IN IP4 127.0.0.1\r\n", "m=audio 30002 ");
    }

    @Test
    void whoSaysABetterAddressLaterIsHeard() {
        answered(sdp("192.0.2.30", 5060, "0"));
        call.pass(request(INSIDE, "INVITE", 5, "a", sdp("192.0.2.30", 5062, "0")));
        call.pass(response(OUTSIDE, "INVITE", 200, 5, "a", caller(2000)));
        assertThat(call.ports()).isEqualTo("5062/2000");
    }
}
