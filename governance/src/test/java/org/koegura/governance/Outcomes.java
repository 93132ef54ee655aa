package org.koegura.governance;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
import org.koegura.callmodel.Unrecorded;

/// Outcomes of calls, numbered so that a higher number ended later.
final class Outcomes {

    private static final Instant FIRST = Instant.parse("2026-11-24T01:00:00.000000001Z");

    private Outcomes() {}

    static CallOutcome announced(int number) {
        NoticeProof proof = new NoticeProof(
                new Prompt("notice-ja-1", "ja", "この通話は録音されます。", "ab".repeat(32)),
                new AudioFormat(0, "PCMU", 8000, 20),
                0x12345678L,
                65530,
                340,
                347,
                FIRST.plusSeconds(number),
                FIRST.plusSeconds(number + 7L),
                1,
                List.of(new NoticeProof.ReceiverReport(FIRST.plusSeconds(number + 5L), 0, 0, 66000, 4)));
        return of(number, CallOutcome.Result.COMPLETE, new CaptureBasis.Announced(proof), null);
    }

    static CallOutcome exempted(int number) {
        Exemption exemption = new Exemption(
                Ground.SPECIAL, "特別の事情", "operator", FIRST.plusSeconds(number), Exemption.Channel.CONSOLE);
        return of(number, CallOutcome.Result.PARTIAL, new CaptureBasis.Exempted(exemption, Stage.NOTICE), null);
    }

    /// The same as [#announced], of a call that another process left.
    static CallOutcome continued(int number, CallId before) {
        CallOutcome whole = announced(number);
        CallFacts facts = whole.facts();
        return new CallOutcome(
                new CallFacts(
                                before,
                                facts.sipCallId(),
                                facts.direction(),
                                facts.inside(),
                                facts.outside(),
                                facts.invitedAt())
                        .continuedAs(facts.call()),
                whole.answeredAt(),
                whole.endedAt(),
                whole.reason(),
                whole.result(),
                null,
                whole.basis(),
                whole.seal(),
                whole.accounts());
    }

    static CallOutcome missing(int number) {
        return of(number, CallOutcome.Result.MISSING, null, Unrecorded.NOTICE_FAILED);
    }

    static RecordingId recording(int number) {
        return new RecordingId(String.format("%032x", number));
    }

    private static CallOutcome of(
            int number, CallOutcome.Result result, @Nullable CaptureBasis basis, @Nullable Unrecorded why) {
        CallFacts facts = new CallFacts(
                new CallId(String.format("c%031x", number)),
                "call-" + number + "@192.0.2.1",
                Direction.INBOUND,
                new Party("sip:201@example.com"),
                new Party("tel:+81300000000"),
                FIRST.plusSeconds(number));
        Seal seal = why != null
                ? null
                : new Seal(
                        recording(number),
                        "recordings/" + number,
                        "cd".repeat(32),
                        1234,
                        FIRST.plusSeconds(number + 31L));
        Map<Withheld, Long> withheld = new EnumMap<>(Map.of(Withheld.BEFORE_NOTICE, 3L, Withheld.NOTICE, 347L));
        return new CallOutcome(
                facts,
                FIRST.plusSeconds(number),
                FIRST.plusSeconds(number + 30L),
                EndReason.HANGUP_OUTSIDE,
                result,
                why,
                basis,
                seal,
                List.of(new StreamAccount(Leg.INSIDE, 1350, 999, 1, withheld), StreamAccount.empty(Leg.OUTSIDE)));
    }
}
