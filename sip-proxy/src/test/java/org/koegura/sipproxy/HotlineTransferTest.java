package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.sipproxy.call.FakeMediaPlane;

/// N10: of a call that is handed on to a line that is never recorded nothing is kept from the REFER on, and nothing of
/// the call that comes of it.
class HotlineTransferTest {

    private static final String FIRST = "first@example.com";
    private static final String HOTLINE = "0990555";

    private final ProxyBench bench = ProxyBench.deciding(HotlineTransferTest::decide);

    HotlineTransferTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
    }

    private static NoticeDecision decide(CallFacts call) {
        Party dialled = call.dialled();
        boolean hotline = call.inside().number().equals(HOTLINE)
                || call.outside().number().equals(HOTLINE)
                || (dialled != null && dialled.number().equals(HOTLINE));
        return hotline
                ? new NoticeDecision.DoNotRecord(Unrecorded.NEVER_RECORD_LINE)
                : new NoticeDecision.Announce(ProxyBench.PROMPT);
    }

    private Dialogue established() {
        Dialogue up = Dialogue.establish(bench, FIRST);
        await().until(() -> first().done().contains("playNotice"));
        return up;
    }

    private Dialogue recorded() {
        Dialogue up = established();
        Instant now = Instant.now();
        first().events()
                .noticeHeard(new NoticeProof(
                        ProxyBench.PROMPT,
                        new AudioFormat(0, "PCMU", 8000, 20),
                        1,
                        10,
                        20,
                        11,
                        now.minusSeconds(8),
                        now,
                        1,
                        List.of()));
        awaitStage(Stage.RECORDED);
        return up;
    }

    private LiveCall live() {
        return bench.proxy.liveCalls().list().stream()
                .filter(call -> call.facts().sipCallId().equals(FIRST))
                .findFirst()
                .orElseThrow();
    }

    private FakeMediaPlane.Session first() {
        return bench.media.of(live().facts().call());
    }

    private void awaitStage(Stage stage) {
        await().until(() -> live().stage() == stage);
    }

    private void refer(Dialogue up, String target) {
        up.callerAsks("REFER", 2, "Refer-To: <" + target + ">\r\n", "");
        up.calleeAnswers(bench.registrar.receive("REFER "), "202 Accepted", "", "");
        bench.telephone.receive("SIP/2.0 202 ");
    }

    private CallOutcome hungUp(Dialogue up) {
        up.callerAsks("BYE", 3, "", "");
        bench.registrar.receive("BYE ");
        await().until(() -> bench.lastResult() != null);
        return bench.ledger.all().getFirst();
    }

    @Test
    void aTransferToALineThatIsNeverRecordedStopsCaptureAtTheReferAndWhatWasKeptIsSealed() {
        Dialogue up = recorded();
        FakeMediaPlane.Session media = first();
        media.reportAtClose(new MediaReport(
                List.of(StreamAccount.empty(Leg.INSIDE), StreamAccount.empty(Leg.OUTSIDE)),
                List.of(),
                new Seal(new RecordingId("2".repeat(32)), "ring/2", "3".repeat(64), 10, Instant.now())));
        refer(up, "sip:" + HOTLINE + "@example.com");
        awaitStage(Stage.NOT_RECORDED);
        assertThat(media.done()).last().isEqualTo("bypass NEVER_RECORD_LINE");
        assertThat(live().unrecorded()).isEqualTo(Unrecorded.NEVER_RECORD_LINE);
        assertThat(bench.journal.entries()).last().satisfies(entry -> {
            assertThat(entry.act()).isEqualTo("call.unrecorded");
            assertThat(entry.details())
                    .containsEntry("why", "never_record_line")
                    .containsEntry("capture", "stopped");
        });
        assertThat(bench.proxy
                        .liveCalls()
                        .exempt(
                                live().facts().call(),
                                new Exemption(Ground.DANGER, null, "operator", Instant.now(), Exemption.Channel.API)))
                .isEqualTo(new Exempting.TooLate(Stage.NOT_RECORDED));
        CallOutcome outcome = hungUp(up);
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome.basis()).isNotNull();
        assertThat(media.done()).filteredOn("startCapture"::equals).hasSize(1);
    }

    /// Else whoever is recorded could end that by a number that everybody knows.
    @Test
    void anOutsidePartyThatNamesSuchALineEndsNoRecording() {
        Dialogue up = recorded();
        FakeMediaPlane.Session media = first();
        up.calleeAsks("REFER", 2, "Refer-To: <sip:" + HOTLINE + "@example.com>\r\n", "");
        up.callerAnswers(bench.telephone.receive("REFER "), "202 Accepted", "", "");
        bench.registrar.receive("SIP/2.0 202 ");
        hungUp(up); // by now whatever the REFER caused has been worked off
        assertThat(media.done()).noneMatch(what -> what.startsWith("bypass"));
    }

    @Test
    void aTransferToSuchALineStopsTheNoticeAndNothingIsKept() {
        Dialogue up = established();
        refer(up, "sip:" + HOTLINE + "@example.com");
        awaitStage(Stage.NOT_RECORDED);
        assertThat(first().done()).containsSubsequence("playNotice", "stopNotice", "bypass NEVER_RECORD_LINE");
        CallOutcome outcome = hungUp(up);
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(outcome.why()).isEqualTo(Unrecorded.ENDED_BEFORE_NOTICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sip:0990777@example.com", "sip:0990777@example.com?Replaces=x%3Bto-tag%3Dy%3Bfrom-tag%3Dz"})
    void aTransferToAnyOtherLineStopsNothing(String target) {
        Dialogue up = recorded();
        refer(up, target);

        CallOutcome outcome = hungUpAfter(up);
        assertThat(outcome.basis())
                .as("captured to the end, though nothing was sealed")
                .isNull();
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.MISSING);
        assertThat(bench.journal.acts()).containsExactly("call.missing");
    }

    private CallOutcome hungUpAfter(Dialogue up) {
        FakeMediaPlane.Session media = first();
        CallOutcome outcome = hungUp(up);
        assertThat(media.done()).doesNotContain("bypass NEVER_RECORD_LINE");
        return outcome;
    }

    /// The caller talks with the hotline first, and then hands the citizen on: Refer-To and Request-URI name a
    /// telephone
    /// that no line lists. The hotline is who stays.
    @Test
    void anAttendedTransferToSuchALineIsKnownByTheDialogThatItNames() {
        Dialogue up = recorded();
        FakeMediaPlane.Session media = first();
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        "INVITE sip:" + HOTLINE + "@" + bench.registrar.hostPort(),
                        "consult@example.com",
                        "1 INVITE",
                        "Route: <sip:" + bench.hostPort() + ";lr>\r\nFrom: <sip:201@example.com>;tag=a\r\nTo: <sip:"
                                + HOTLINE + "@example.com>\r\n" + Dialogue.SDP,
                        ProxyBench.sdp(4002)),
                bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        bench.respond(bench.registrar.receive("INVITE sip:" + HOTLINE), "200 OK", ProxyBench.sdp(5002));
        bench.telephone.receive("SIP/2.0 200 ");

        refer(up, "sip:x@192.0.2.9?Replaces=consult%40example.com%3Bto-tag%3Db%3Bfrom-tag%3Da");
        await().until(() -> media.done().contains("bypass NEVER_RECORD_LINE"));
        assertThat(unrecordedOf(";to-tag=b;from-tag=a", "joins@example.com"))
                .as("whoever joins the hotline")
                .isEqualTo(Unrecorded.NEVER_RECORD_LINE);
        assertThat(unrecordedOf(";to-tag=a;from-tag=b", "leaves@example.com"))
                .as("whoever the hotline hands on needs a notice of its own")
                .isNull();
    }

    private @Nullable Unrecorded unrecordedOf(String tags, String callId) {
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        "INVITE sip:x@" + bench.telephone.hostPort(),
                        callId,
                        "1 INVITE",
                        "Route: <sip:" + bench.hostPort() + ";lr>\r\nFrom: <sip:0990123@example.com>;tag=c\r\n"
                                + "To: <sip:x@example.com>\r\nReplaces: consult@example.com" + tags + "\r\n"
                                + Dialogue.SDP,
                        ProxyBench.sdp(6000)),
                bench.address());
        bench.telephone.receive("INVITE sip:x@");
        return bench.proxy.liveCalls().list().stream()
                .filter(call -> call.facts().sipCallId().equals(callId))
                .findFirst()
                .orElseThrow()
                .unrecorded();
    }
}
