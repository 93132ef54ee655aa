package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.callmodel.port.Preservations.Request;

/// A code that is dialled alone preserves the last call of that telephone (F1, H2), and says by its tone
/// that it did.
class PreservingCodeTest extends DialledCodes {

    private double counted(String outcome) {
        return bench.count("koegura.telephone.codes", "feature", "preserve", "outcome", outcome);
    }

    /// A call of an extension that is recorded and not over yet.
    private LiveCall recorded(String extension) {
        arm("*511");
        basisOf(extension);
        return bench.proxy.liveCalls().list().getLast();
    }

    private void refused(String status) {
        bench.telephone.send(dial(bench.telephone, "*521", "201", "", ProxyBench.sdp(4000)), bench.address());
        bench.telephone.receive("SIP/2.0 " + status);
    }

    @Test
    void theLastCallOfThatTelephoneIsPreservedBeforeTheTone() {
        LiveCall call = recorded("201");

        String ok = dialled("*521");

        assertThat(preserved)
                .containsExactly(new Request(
                        call.facts().call(), null, "extension:201", Exemption.Channel.TELEPHONE, null, null));
        ask("ACK", ok, "1");
        bench.telephone.receive("BYE ");
        assertThat(tone().done()).containsExactly("expect 4000", "speak PCMU", "close");
        assertThat(counted("preserved")).isEqualTo(1);
        assertThat(bench.gauge("koegura.telephone.armed")).as("it arms nothing").isZero();
    }

    @Test
    void withoutACallThereIsNothingToPreserveAndItIsJournalled() {
        refused("404 ");
        assertThat(preserved).isEmpty();
        assertThat(counted("nothing_kept")).isEqualTo(1);
        assertThat(last("code.refused").subject()).isEqualTo("extension:201");
        assertThat(last("code.refused").details())
                .containsEntry("feature", "preserve")
                .containsEntry("why", "nothing_kept");
    }

    @Test
    void aCallOfAnotherTelephoneIsNotPreserved() {
        basisOf("202");
        refused("404 ");
        assertThat(preserved).isEmpty();
    }

    @Test
    void whatIsOverwrittenOrNotOnStableStorageIsNotConfirmed() {
        recorded("201");
        preserving = Preserving.GONE;
        refused("404 ");
        preserving = Preserving.UNKEPT;
        refused("503 ");
        preserving = Preserving.UNJOURNALLED;
        refused("503 ");
        assertThat(preserved).hasSize(3);
        assertThat(counted("nothing_kept")).isEqualTo(1);
        assertThat(counted("unavailable")).isEqualTo(2);
    }

    @Test
    void whoCancelsHearsNoToneAndItStaysPreserved() {
        recorded("201");
        String ok = dialled("*521");
        ask("BYE", ok, "2");
        await().until(() -> counted("unheard") == 1);
        assertThat(preserved).hasSize(1);
        assertThat(bench.journal.entries()).noneMatch(entry -> entry.act().equals("exemption.lapsed"));
    }

    @Test
    void whoMayUseNoCodesIsRefused() {
        bench.telephone.send(dial(bench.telephone, "*521", "202", "", ProxyBench.sdp(4000)), bench.address());
        bench.telephone.receive("SIP/2.0 403 ");
        assertThat(preserved).isEmpty();
        assertThat(counted("not_entitled")).isEqualTo(1);
    }
}
