package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.server.conformance.TwoSides.Side;

/// SIPp on both sides of the product, in the flows that proxies get wrong; each from the PBX out and from the carrier
/// in.
/// A lost BYE is in `MidCallIT`, a session timer and a plain CANCEL in `NgnProfileIT`.
class TrapFlowsIT extends TwoSidesFlows {

    @Override
    TwoSides started(Path folder) {
        return TwoSides.start(folder);
    }

    /// Trap 19.
    @ParameterizedTest
    @EnumSource(Side.class)
    void whenBothPartiesChangeTheCallAtOnceEachHears491AndTheCallGoesOn(Side from) throws Exception {
        sides().play(from, Flow.GLARE, Map.of());
    }

    /// Trap 16.
    @ParameterizedTest
    @EnumSource(Side.class)
    void anOfferInThe200AndItsAnswerInTheAckPassWithOurPorts(Side from) throws Exception {
        sides().play(from, Flow.LATE, Map.of());
    }

    /// Trap 9.
    @ParameterizedTest
    @EnumSource(Side.class)
    void aCancelThatCrossesTheAnswerEndsNothing(Side from) throws Exception {
        double answered = sides().api().metric("koegura_call_attempts_total", "outcome=\"answered\"");
        sides().play(from, Flow.CROSSING, Map.of());
        assertThat(sides().api().metric("koegura_call_attempts_total", "outcome=\"answered\""))
                .isEqualTo(answered + 1);
    }

    /// Trap 10.
    @ParameterizedTest
    @EnumSource(Side.class)
    void aRedirectionReachesTheCallerAsItWasSaid(Side from) throws Exception {
        sides().play(
                        from,
                        Flow.REFUSED,
                        Map.of(
                                "SAID",
                                "302",
                                "HEARD",
                                "302",
                                "LINES",
                                "Contact: <sip:0312349999@192.0.2.99;user=phone>;q=0.7\n",
                                "CHECKS",
                                TwoSides.header(
                                        "moved", "Contact", "^ *&lt;sip:0312349999@192.0.2.99;user=phone&gt;;q=0.7$"),
                                "CHECKED",
                                "moved"));
    }

    /// Trap 21.
    @ParameterizedTest
    @EnumSource(Side.class)
    void aTransferToSomebodyElseAndTheReportsOfItPass(Side from) throws Exception {
        transfer(from, "sip:0312349999@example.com");
    }

    /// Trap 21: the names of the dialog that is to be replaced stand in the target, and no proxy may touch them.
    @ParameterizedTest
    @EnumSource(Side.class)
    void aTransferIntoAnotherCallPassesWithTheNamesOfThatCall(Side from) throws Exception {
        transfer(from, "sip:0312349999@example.com?Replaces=other%40192.0.2.7%3Bto-tag%3D12%3Bfrom-tag%3D34");
    }

    private void transfer(Side from, String target) throws Exception {
        String pattern = target.replace(".", "\\.").replace("?", "\\?");
        sides().play(
                        from,
                        Flow.TRANSFER,
                        Map.of("TARGET", "<" + target + ">", "TARGET_PATTERN", "&lt;" + pattern + "&gt;"));
    }

    /// Trap 21: the call that such a transfer makes.
    @ParameterizedTest
    @EnumSource(Side.class)
    void anInviteThatReplacesAnotherCallNamesItAsItWasNamed(Side from) throws Exception {
        sides().play(
                        from,
                        Flow.CALL,
                        Map.of(
                                "LINES",
                                "Require: replaces\nReplaces: other@192.0.2.7;to-tag=12;from-tag=34\n",
                                "CHECKS",
                                TwoSides.header("replaced", "Replaces", "^ *other@192.0.2.7;to-tag=12;from-tag=34$"),
                                "CHECKED",
                                ",replaced"));
    }
}
