package org.koegura.console.page;

import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.governance.LiveLine;

/// One line of the live list (U1).
///
/// @param call its name
/// @param stage words, `mark` icon and `style` class of where it stands
/// @param why why it is not recorded; empty where that is no question
/// @param exemptable whether an exemption is offered: to who may, where the call says that it would change
/// anything
public record CallRow(
        String call,
        String stage,
        String mark,
        String style,
        String why,
        String direction,
        String inside,
        String outside,
        Moment since,
        boolean exemptable) {

    /// A line for somebody who may exempt, or may not.
    public static CallRow of(LiveLine line, Words words, ZoneId zone, boolean mayExempt) {
        Stage stage = line.stage();
        return new CallRow(
                line.call().value(),
                words.of("stage", stage),
                mark(stage),
                stage.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                line.unrecorded() == null ? "" : words.of("unrecorded", line.unrecorded()),
                words.of("direction", line.direction()),
                party(line.inside(), words),
                party(line.outside(), words),
                Moment.of(line.since(), zone),
                mayExempt && line.exemptable());
    }

    private static String party(@Nullable Party party, Words words) {
        if (party == null) {
            return words.text("party.hidden");
        }
        return party.equals(Party.UNKNOWN) ? words.text("party.unknown") : party.number();
    }

    private static String mark(Stage stage) {
        return switch (stage) {
            case RINGING -> "☎";
            case NOTICE -> "♪";
            case RECORDED -> "●";
            case RECORDED_WITHOUT_NOTICE -> "◆";
            case NOT_RECORDED -> "○";
            case ENDING -> "■";
        };
    }
}
