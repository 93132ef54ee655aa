package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// A telephone's key that asks to be recorded, or not to be: INFO with Record (F3).
class RecordRequestTest {

    @SuppressWarnings("NullAway.Init") // set by each test
    private ProxyBench bench;

    @AfterEach
    void close() {
        bench.close();
    }

    private String info(Dialogue call, int cseq, String wish) {
        call.callerAsks("INFO", cseq, "Record: " + wish + "\r\n", "");
        return bench.telephone.receive("SIP/2.0 ").split("\r\n", 2)[0];
    }

    @Test
    void inARecordedCallItIsToldThatItIsRecordedAndCanEndNothing() throws Exception {
        bench = new ProxyBench();
        Dialogue call = Dialogue.establish(bench, "i1@example.com");
        await().until(() -> bench.proxy.liveCalls().list().getFirst().stage() == Stage.NOTICE);
        assertThat(info(call, 2, "on")).isEqualTo("SIP/2.0 200 OK");
        var live = bench.proxy.liveCalls().list().getFirst().facts().call();
        bench.proxy
                .liveCalls()
                .exempt(live, new Exemption(Ground.DANGER, null, "operator", Instant.now(), Exemption.Channel.API));
        assertThat(info(call, 3, "off")).isEqualTo("SIP/2.0 403 Forbidden");
        assertThat(info(call, 4, " ON ")).isEqualTo("SIP/2.0 200 OK");
        assertThat(info(call, 5, "paused")).isEqualTo("SIP/2.0 400 Bad Request");
        assertThat(bench.registrar.next(200)).as("what went on of them").isEmpty();
        assertThat(bench.proxy.liveCalls().list().getFirst().stage()).isEqualTo(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(bench.count("koegura.telephone.record.requests", "answer", "ok"))
                .isEqualTo(2);
        assertThat(bench.count("koegura.telephone.record.requests", "answer", "refused"))
                .isEqualTo(2);
    }

    @Test
    void inACallOfWhichNothingIsKeptItStartsNothing() throws Exception {
        bench = ProxyBench.deciding(_ -> new NoticeDecision.DoNotRecord(Unrecorded.NEVER_RECORD_LINE));
        Dialogue call = Dialogue.establish(bench, "i2@example.com");
        assertThat(info(call, 2, "on")).isEqualTo("SIP/2.0 403 Forbidden");
        assertThat(info(call, 3, "off")).isEqualTo("SIP/2.0 200 OK");
        assertThat(bench.registrar.next(200)).isEmpty();
        assertThat(bench.session().basis()).isNull();
    }

    @Test
    void fromOutsideItPassesAsAnyInfo() throws Exception {
        bench = new ProxyBench();
        Dialogue call = Dialogue.establish(bench, "i3@example.com");
        call.calleeAsks("INFO", 7, "Record: on\r\n", "");
        assertThat(bench.telephone.receive("INFO ")).contains("Record: on\r\n");
    }

    /// RFC 7866, RFC 7865: that a telephone inside records, or would like to be recorded, stays inside.
    @Test
    void whatATelephoneSaysOfRecordingDoesNotGoOutside() throws Exception {
        bench = new ProxyBench();
        String lines = ProxyBench.FROM_TO + "Content-Type: application/sdp\r\nRoute: <sip:" + bench.hostPort()
                + ";lr>\r\nSupported: timer, record-aware, 100rel\r\nk: siprec\r\n";
        String sdp = ProxyBench.sdp(4000) + "a=record:on\r\na=recordpref:off\r\na=sendrecv\r\n";
        String invite = bench.request(
                        bench.telephone,
                        "INVITE sip:0990123@" + bench.registrar.hostPort(),
                        "i5@example.com",
                        "1 INVITE",
                        lines,
                        sdp)
                .replaceFirst("Contact: (<[^>]*>)", "Contact: $1;+sip.src;+sip.instance=\"<urn:uuid:0>\"");
        bench.telephone.send(invite, bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        String out = bench.registrar.receive("INVITE ");
        assertThat(out)
                .doesNotContain("record", "siprec", "+sip.src", "k:")
                .contains("Supported: timer, 100rel\r\n", ">;+sip.instance=\"<urn:uuid:0>\"\r\n", "a=sendrecv\r\n");
        assertThat(SipPeer.one(out, "Content-Length"))
                .isEqualTo(Integer.toString(SipPeer.body(out).length()));

        bench.respond(out, "200 OK", ProxyBench.sdp(5000) + "a=record:on\r\n");
        assertThat(bench.telephone.receive("SIP/2.0 200 "))
                .as("what comes from outside passes")
                .contains("a=record:on\r\n");
    }

    @Test
    void anInfoOfAnotherKindPasses() throws Exception {
        bench = new ProxyBench();
        Dialogue call = Dialogue.establish(bench, "i4@example.com");
        call.callerAsks("INFO", 2, "Content-Type: application/dtmf-relay\r\n", "Signal=5\r\n");
        assertThat(bench.registrar.receive("INFO ")).contains("Signal=5");
    }
}
