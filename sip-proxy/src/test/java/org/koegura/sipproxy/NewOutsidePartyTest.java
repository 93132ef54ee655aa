package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Stage;
import org.koegura.sipproxy.call.FakeMediaPlane;

/// A transfer beyond the trunk shows by the name that comes from there (N2): whoever has it now is told before more is
/// kept. What the inside party says of itself changes nothing, nor does a message that is sent again.
class NewOutsidePartyTest {

    private static final String OTHER = "P-Asserted-Identity: <sip:+81398765432@carrier.example>\r\n";
    private static final String SAME = "P-Asserted-Identity: <sip:0990123@carrier.example>\r\n";

    private final ProxyBench bench = new ProxyBench();
    private final Dialogue up;

    NewOutsidePartyTest() throws IOException, SipFault {
        up = Dialogue.establish(bench, "party@example.com");
        await().until(() -> media().done().contains("playNotice"));
        media().events().noticeHeard(proof());
        awaitStage(Stage.RECORDED);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static NoticeProof proof() {
        Instant now = Instant.now();
        return new NoticeProof(
                ProxyBench.PROMPT,
                new AudioFormat(0, "PCMU", 8000, 20),
                1,
                10,
                20,
                11,
                now.minusSeconds(8),
                now.plusSeconds(1),
                1,
                List.of());
    }

    private FakeMediaPlane.Session media() {
        return bench.media.of(live().facts().call());
    }

    private LiveCall live() {
        return bench.proxy.liveCalls().list().getFirst();
    }

    private void awaitStage(Stage stage) {
        await().until(() -> live().stage() == stage);
    }

    private long parties() {
        return Collections.frequency(bench.journal.acts(), "recording.party.new");
    }

    /// In the order of the lane: what comes of a message is there when its answer has passed.
    private void outsideAsks(String method, long cseq, String lines) {
        up.calleeAsks(method, cseq, lines, "");
        up.callerAnswers(bench.telephone.receive(method + " "), "200 OK", "", "");
        bench.registrar.receive("SIP/2.0 200 ");
    }

    @Test
    void anUpdateByAnotherNameIsANewPartyAndSoIsTheNextOne() {
        outsideAsks("UPDATE", 11, OTHER);
        awaitStage(Stage.NOTICE);
        assertThat(media().done()).endsWith("newParty", "playNotice");
        media().events().noticeStarted();
        media().events().noticeHeard(proof());
        awaitStage(Stage.RECORDED);
        outsideAsks("UPDATE", 12, OTHER); // the session is refreshed (RFC 4028)
        outsideAsks("UPDATE", 13, SAME);
        awaitStage(Stage.NOTICE);
        assertThat(parties()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {SAME, "", "Remote-Party-ID: <sip:0990123@198.51.100.4>;party=calling\r\n"})
    void anUpdateByTheSameNameOrNoneIsNot(String lines) {
        outsideAsks("UPDATE", 11, lines);
        outsideAsks("UPDATE", 12, OTHER); // what came before was worked off before
        awaitStage(Stage.NOTICE);
        assertThat(parties()).isEqualTo(1);
    }

    @Test
    void theAnswerToAReInviteNamesHimToo() {
        up.callerAsks("INVITE", 2, Dialogue.SDP, ProxyBench.sdp(4000));
        up.calleeAnswers(bench.registrar.receive("INVITE "), "200 OK", OTHER + Dialogue.SDP, ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 ");
        awaitStage(Stage.NOTICE);
        assertThat(media().done()).contains("newParty");
    }

    @Test
    void whatTheInsidePartySaysOfItselfAndAMessageThatIsSentAgainChangeNothing() {
        up.callerAsks("UPDATE", 2, OTHER, "");
        up.calleeAnswers(bench.registrar.receive("UPDATE "), "200 OK", "", "");
        bench.telephone.receive("SIP/2.0 200 ");
        up.calleeAsks("UPDATE", 11, OTHER, "");
        String passed = bench.telephone.receive("UPDATE ");
        up.calleeAsks("UPDATE", 11, OTHER, "");
        up.callerAnswers(passed, "200 OK", "", "");
        bench.registrar.receive("SIP/2.0 200 ");
        awaitStage(Stage.NOTICE);
        assertThat(parties()).isEqualTo(1);
    }
}
