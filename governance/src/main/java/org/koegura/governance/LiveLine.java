package org.koegura.governance;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// One line of the live list, as much of it as the person asking may see.
///
/// @param call its name
/// @param direction who called whom
/// @param inside the city's party; null where it may not be seen
/// @param outside the other party; null where it may not be seen
/// @param invitedAt when the INVITE arrived
/// @param stage where the call stands
/// @param since when it came to stand there
/// @param answeredAt when it was answered; null before that
/// @param exemptable whether an exemption would still change anything
/// @param exempted the ground of the exemption that holds for it; null where there is none
/// @param attestable whether an attested oral notice would start its recording
/// @param unrecorded why it is not recorded; null while it is or may yet be
/// @param recording its recording; null while there is none, or where it may not be seen
/// @param pausable whether a pause of capture would change anything
/// @param pausedUntil when a pause that lasts ends by itself; null where none does
/// @param objectedAt when the other party's objection was marked first; null where none was
/// @param preserved whether somebody asked to preserve it (H2)
public record LiveLine(
        CallId call,
        Direction direction,
        @Nullable Party inside,
        @Nullable Party outside,
        Instant invitedAt,
        Stage stage,
        Instant since,
        @Nullable Instant answeredAt,
        boolean exemptable,
        @Nullable Ground exempted,
        boolean attestable,
        @Nullable Unrecorded unrecorded,
        @Nullable RecordingId recording,
        boolean pausable,
        @Nullable Instant pausedUntil,
        @Nullable Instant objectedAt,
        boolean preserved) {

    /// Whether the notice may be played once more: the other party was told, and is recorded.
    public boolean replayable() {
        return stage == Stage.RECORDED;
    }

    static LiveLine of(LiveCall call, boolean withNumbers, boolean preserved) {
        return new LiveLine(
                call.facts().call(),
                call.facts().direction(),
                withNumbers ? call.facts().inside() : null,
                withNumbers ? call.facts().outside() : null,
                call.facts().invitedAt(),
                call.stage(),
                call.since(),
                call.answeredAt(),
                call.exemptable(),
                call.exempted(),
                call.attestable(),
                call.unrecorded(),
                withNumbers ? call.recording() : null,
                call.pausable(),
                call.pausedUntil(),
                call.objectedAt(),
                preserved);
    }
}
