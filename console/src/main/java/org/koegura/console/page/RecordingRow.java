package org.koegura.console.page;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import org.koegura.callmodel.CallOutcome.Result;
import org.koegura.callmodel.EndReason;
import org.koegura.governance.database.CallRecord;
import org.koegura.governance.database.CallRecord.Basis;

/// One line of the list of recordings, and the head of a recording's page.
///
/// @param recording its name
/// @param result whether it is whole: words, `mark` icon and `style` class
/// @param note that it holds no packet of either party; empty where it does
/// @param preserved that somebody asked to preserve it; empty where nobody did
/// @param basis why it was lawful, in words
/// @param length how long the call was, `m:ss`
public record RecordingRow(
        String recording,
        String result,
        String mark,
        String style,
        String note,
        String preserved,
        String basis,
        String direction,
        String inside,
        String outside,
        Moment answered,
        String length) {

    /// A line in these words.
    public static RecordingRow of(CallRecord call, Words words, ZoneId zone) {
        var answered = call.answeredAt() == null ? call.invitedAt() : call.answeredAt();
        return new RecordingRow(
                call.seal().recording().value(),
                isCutOff(call) ? words.text("result.cut-off") : words.of("result", call.result()),
                mark(call.result()),
                call.result().name().toLowerCase(Locale.ROOT),
                isSilent(call) ? words.text("recordings.silent") : "",
                call.preserved().isEmpty() ? "" : words.text("recordings.preserved"),
                basis(call.basis(), words),
                words.of("direction", call.direction()),
                words.party(call.inside()),
                words.party(call.outside()),
                Moment.of(answered, zone),
                length(Duration.between(answered, call.endedAt())));
    }

    /// Whether it ended with the recorder: nobody counted what was lost then.
    static boolean isCutOff(CallRecord call) {
        return call.end() == EndReason.INTERRUPTED;
    }

    private static boolean isSilent(CallRecord call) {
        return call.accounts().stream().allMatch(account -> account.recorded() == 0);
    }

    private static String mark(Result result) {
        return switch (result) {
            case COMPLETE -> "✓";
            case PARTIAL -> "△";
            case MISSING, INTENTIONALLY_NOT, NOT_ANSWERED -> "–";
        };
    }

    static String basis(Basis basis, Words words) {
        return switch (basis) {
            case Basis.Announced announced ->
                announced.receiverReports() > 0
                        ? words.text("basis.announced.reported")
                        : words.text("basis.announced");
            case Basis.Exempted exempted ->
                words.text("basis.exempted", exempted.ground().number());
            case Basis.Attested _ -> words.text("basis.attested");
            case Basis.Unknown() -> words.text("basis.unknown");
        };
    }

    private static String length(Duration length) {
        return String.format(Locale.ROOT, "%d:%02d", length.toMinutes(), length.toSecondsPart());
    }
}
