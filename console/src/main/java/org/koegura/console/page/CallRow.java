package org.koegura.console.page;

import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.governance.LiveLine;

/// One line of the live list (U1).
///
/// @param call its name
/// @param stage words, `mark` icon and `style` class of where it stands
/// @param note until when it is paused, why it is not recorded, or that it is exempted; empty where there is
/// nothing to say
/// @param since when it came to stand there
/// @param answered when it was answered; null before that
/// @param exemptable whether an exemption is offered: to who may, where the call says that it would change
/// anything
/// @param attestable whether attesting an oral notice is offered, likewise
/// @param replayable whether playing the notice once more is offered, likewise
/// @param pausable whether a pause of capture is offered, likewise; the notice is waited for
/// @param paused whether one lasts, and its end is offered
/// @param objectable whether marking the other party's objection is offered: somebody speaks, and none
/// is marked
/// @param preservable whether asking to preserve it is offered: something of it is kept or may be, and
///     nobody asked
public record CallRow(
        String call,
        String stage,
        String mark,
        String style,
        String note,
        String direction,
        String inside,
        String outside,
        Moment since,
        @Nullable Moment answered,
        boolean exemptable,
        boolean attestable,
        boolean replayable,
        boolean pausable,
        boolean paused,
        boolean objectable,
        boolean preservable) {

    /// What the reader may do to calls.
    public record Offers(
            boolean exempting,
            boolean attesting,
            boolean replaying,
            boolean pausing,
            boolean objecting,
            boolean preserving) {}

    /// A line for somebody who may do these.
    public static CallRow of(LiveLine line, Words words, ZoneId zone, Offers offers) {
        Stage stage = line.stage();
        boolean kept = stage == Stage.RECORDED || stage == Stage.RECORDED_WITHOUT_NOTICE;
        boolean paused = kept && line.pausedUntil() != null;
        return new CallRow(
                line.call().value(),
                paused ? words.text("stage.paused") : words.of("stage", stage),
                paused ? "‖" : mark(stage),
                paused ? "paused" : stage.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                note(line, words, zone),
                words.of("direction", line.direction()),
                party(line.inside(), words),
                party(line.outside(), words),
                Moment.of(line.since(), zone),
                line.answeredAt() == null ? null : Moment.of(line.answeredAt(), zone),
                offers.exempting() && line.exemptable(),
                offers.attesting() && line.attestable(),
                offers.replaying() && line.replayable(),
                offers.pausing() && kept && line.pausable() && !paused,
                offers.pausing() && line.pausable() && line.pausedUntil() != null,
                offers.objecting() && objectable(line),
                offers.preserving() && preservable(line));
    }

    /// The call in a sentence: who speaks with whom.
    public String name(Words words) {
        return words.text("live.name", direction, inside, outside);
    }

    /// Where it stands, in a sentence that is read out.
    public String said(Words words) {
        String stands = note.isEmpty() ? stage : words.text("live.stands", stage, note);
        return words.text("live.said", name(words), stands);
    }

    /// Whoever is recorded, or about to be, can object; what is not kept anyway is nothing to object
    /// to.
    private static boolean objectable(LiveLine line) {
        return line.objectedAt() == null
                && switch (line.stage()) {
                    case NOTICE, ORAL_NOTICE, RECORDED, RECORDED_WITHOUT_NOTICE -> line.answeredAt() != null;
                    case BEFORE_CALL, RINGING, NOT_RECORDED, ENDING -> false;
                };
    }

    private static boolean preservable(LiveLine line) {
        boolean nothing = line.unrecorded() != null || line.stage() == Stage.ENDING;
        return !line.preserved() && (line.recording() != null || !nothing);
    }

    private static String note(LiveLine line, Words words, ZoneId zone) {
        boolean objects = line.objectedAt() != null && line.unrecorded() != Unrecorded.OBJECTION;
        String stands = standing(line, words, zone);
        String also = objects ? also(words, "live.objected", stands) : stands;
        return line.preserved() ? also(words, "live.preserved", also) : also;
    }

    private static String also(Words words, String key, String stands) {
        String first = words.text(key);
        return stands.isEmpty() ? first : words.text("live.stands", first, stands);
    }

    private static String standing(LiveLine line, Words words, ZoneId zone) {
        if (line.pausedUntil() != null) {
            return words.text("live.paused", Moment.of(line.pausedUntil(), zone).clock());
        }
        if (line.unrecorded() != null) {
            return words.of("unrecorded", line.unrecorded());
        }
        return line.exempted() == null
                ? ""
                : words.text("live.exempted", line.exempted().number());
    }

    private static String party(@Nullable Party party, Words words) {
        return party == null ? words.text("party.hidden") : words.party(party);
    }

    private static String mark(Stage stage) {
        return switch (stage) {
            case BEFORE_CALL, RINGING -> "☎";
            case NOTICE -> "♪";
            case ORAL_NOTICE -> "✎";
            case RECORDED -> "●";
            case RECORDED_WITHOUT_NOTICE -> "◆";
            case NOT_RECORDED -> "○";
            case ENDING -> "■";
        };
    }
}
