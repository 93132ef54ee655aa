package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;
import static org.koegura.sipproxy.call.Negotiated.callee;
import static org.koegura.sipproxy.call.Negotiated.caller;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Trap 20: hold in every spelling, and back.
final class HeldCallTest {

    private final Negotiated call = new Negotiated();

    private String reoffer(long cseq, String offer, String answer) {
        String sent = call.pass(request(OUTSIDE, "INVITE", cseq, "a", offer));
        call.pass(response(INSIDE, "INVITE", 200, cseq, "a", answer));
        return sent;
    }

    @ParameterizedTest
    @CsvSource({"sendonly, recvonly", "inactive, inactive", "sendonly, inactive"})
    void holdByDirectionKeepsItsDirectionAndAddressAndComesBack(String offered, String answered) {
        call.up();
        assertThat(reoffer(2, caller(2000, offered), callee(1000, answered)))
                .isEqualTo(sdp("127.0.0.1", 30000, "0", offered)
                        .replace("o=- 7 7 IN IP4 127.0.0.1", "o=- 7 7 IN IP4" + " 192.0.2.20"));
        assertThat(call.hold.onHold()).isTrue();
        assertThat(call.agreed(OUTSIDE).receives()).isFalse();
        reoffer(3, caller(2000, "sendrecv"), callee(1000));
        assertThat(call.hold.onHold()).isFalse();
        assertThat(call.agreed(OUTSIDE).receives()).isTrue();
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c=IN IP4 0.0.0.0", "c=IN IP6 ::"})
    void holdByAddressIsPassedOnAndNothingIsEverSentThere(String nowhere) {
        call.up();
        String held = caller(2000).replace("c=IN IP4 192.0.2.20", nowhere);
        assertThat(reoffer(2, held, callee(1000))).contains("\r\n" + nowhere + "\r\n");
        assertThat(call.hold.onHold()).isTrue();
        assertThat(call.agreed(OUTSIDE).rtp()).isNull();
        assertThat(call.agreed(OUTSIDE).rtcp()).isNull();
        reoffer(3, caller(2000), callee(1000));
        assertThat(call.hold.onHold()).isFalse();
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @Test
    void anMLineThatGoesToPortZeroAndComesBackGetsThePortItHad() {
        call.up();
        assertThat(reoffer(2, caller(0), callee(0))).contains("m=audio 0 ");
        assertThat(call.hold.onHold()).isTrue();
        assertThat(call.agreed(INSIDE).rtp()).isNull();
        assertThat(reoffer(3, caller(2000), callee(1000))).contains("m=audio 30000 ");
        assertThat(call.hold.onHold()).isFalse();
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @Test
    void aRefusedHoldIsNoHold() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2000, "sendonly")));
        call.pass(response(INSIDE, "INVITE", 488, 2, "a", ""));
        assertThat(call.hold.onHold()).isFalse();
        assertThat(call.agreed(OUTSIDE).receives()).isTrue();
    }

    @Test
    void bothMayHoldAndTheCallStaysHeldUntilBothCameBack() {
        call.up();
        reoffer(2, caller(2000, "sendonly"), callee(1000, "recvonly"));
        call.pass(request(INSIDE, "INVITE", 7, "a", callee(1000, "inactive")));
        call.pass(response(OUTSIDE, "INVITE", 200, 7, "a", caller(2000, "inactive")));
        reoffer(3, caller(2000, "recvonly"), callee(1000, "sendonly"));
        assertThat(call.hold.onHold()).isTrue();
        call.pass(request(INSIDE, "INVITE", 8, "a", callee(1000)));
        call.pass(response(OUTSIDE, "INVITE", 200, 8, "a", caller(2000)));
        assertThat(call.hold.onHold()).isFalse();
    }
}
