package org.koegura.console;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;

/// Outcomes of recorded calls, numbered so that a higher number ended later.
final class Recorded {

    private static final Instant FIRST = Instant.parse("2026-11-24T00:30:00Z");

    private Recorded() {}

    static RecordingId id(int number) {
        return new RecordingId(String.format("0f3c%028x", number));
    }

    static CallOutcome announced(int number) {
        return announced(number, new Party(ArrangedCalls.OUTSIDE));
    }

    static CallOutcome announced(int number, Party outside) {
        return of(number, outside, CallOutcome.Result.COMPLETE, new CaptureBasis.Announced(proof(number)));
    }

    /// Announced, and then nobody's packet came.
    static CallOutcome silent(int number) {
        CallOutcome spoken = announced(number);
        return new CallOutcome(
                spoken.facts(),
                spoken.answeredAt(),
                spoken.endedAt(),
                spoken.reason(),
                spoken.result(),
                null,
                spoken.basis(),
                spoken.seal(),
                List.of(
                        new StreamAccount(Leg.INSIDE, 0, 0, 0, Map.of()),
                        new StreamAccount(Leg.OUTSIDE, 0, 0, 0, Map.of())));
    }

    private static NoticeProof proof(int number) {
        return new NoticeProof(
                new Prompt("notice-ja-1", "ja", "この通話は録音されます。", "ab".repeat(32)),
                new AudioFormat(0, "PCMU", 8000, 20),
                0x12345678L,
                65530,
                340,
                347,
                at(number, 2),
                at(number, 9),
                1,
                List.of(new NoticeProof.ReceiverReport(at(number, 7), 0, 0, 66000, 4)));
    }

    static CallOutcome exempted(int number) {
        Exemption exemption =
                new Exemption(Ground.SPECIAL, "特別の事情", "operator", at(number, 1), Exemption.Channel.CONSOLE);
        return of(
                number,
                new Party(ArrangedCalls.OUTSIDE),
                CallOutcome.Result.PARTIAL,
                new CaptureBasis.Exempted(exemption, Stage.NOTICE));
    }

    /// Announced, and the other party's telephone sent no RTCP.
    static CallOutcome unreported(int number) {
        NoticeProof spoken = proof(number);
        return of(
                number,
                new Party(ArrangedCalls.OUTSIDE),
                CallOutcome.Result.COMPLETE,
                new CaptureBasis.Announced(new NoticeProof(
                        spoken.prompt(),
                        spoken.format(),
                        spoken.ssrc(),
                        spoken.firstSequence(),
                        spoken.lastSequence(),
                        spoken.packets(),
                        spoken.startedAt(),
                        spoken.endedAt(),
                        spoken.attempt(),
                        List.of())));
    }

    /// The recorder was killed during the call.
    static CallOutcome cutOff(int number) {
        return of(
                number,
                new Party(ArrangedCalls.OUTSIDE),
                CallOutcome.Result.PARTIAL,
                new CaptureBasis.Announced(proof(number)),
                EndReason.INTERRUPTED,
                0);
    }

    private static CallOutcome of(int number, Party outside, CallOutcome.Result result, CaptureBasis basis) {
        return of(
                number,
                outside,
                result,
                basis,
                EndReason.HANGUP_OUTSIDE,
                result == CallOutcome.Result.PARTIAL ? 12 : 0);
    }

    private static CallOutcome of(
            int number, Party outside, CallOutcome.Result result, CaptureBasis basis, EndReason end, long lost) {
        CallFacts facts = new CallFacts(
                new CallId(String.format("c%031x", number)),
                "call-" + number + "@192.0.2.1",
                number % 2 == 0 ? Direction.INBOUND : Direction.OUTBOUND,
                new Party(ArrangedCalls.INSIDE),
                outside,
                at(number, 0));
        Seal seal = new Seal(id(number), "recordings/" + number, "cd".repeat(32), 1_234_567, at(number, 95));
        Map<Withheld, Long> withheld = new EnumMap<>(Map.of(Withheld.BEFORE_NOTICE, 3L, Withheld.NOTICE, 347L));
        return new CallOutcome(
                facts,
                at(number, 2),
                at(number, 94),
                end,
                result,
                null,
                basis,
                seal,
                List.of(
                        new StreamAccount(Leg.INSIDE, 4600, 4250 - lost, lost, withheld),
                        new StreamAccount(Leg.OUTSIDE, 4600, 4600, 0, Map.of())));
    }

    private static Instant at(int number, int second) {
        return FIRST.plusSeconds(number * 10L + second);
    }
}
