package org.koegura.console.page;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import org.koegura.governance.standing.StandingExemption;
import org.koegura.governance.standing.StandingExemption.Status;

/// A standing exemption as its row shows it.
///
/// @param id its name
/// @param status where it stands, in words
/// @param live whether that is in force
/// @param number of the other party
/// @param ground in words
/// @param why the words that go with it; empty for none
/// @param author account of who wrote it, and as what
/// @param approver account of the second person; empty where nobody approved it
/// @param until when it is over
/// @param approvable whether its reader's post may approve it
/// @param open whether it can be ended
public record StandingRow(
        String id,
        String status,
        boolean live,
        String number,
        String ground,
        String why,
        String author,
        String approver,
        Moment until,
        boolean approvable,
        boolean open) {

    /// Of one, as it stands now.
    ///
    /// @param approves whether the reader has a post that approves any
    public static StandingRow of(StandingExemption of, Instant now, boolean approves, Words words, ZoneId zone) {
        Status status = of.status(now);
        boolean pending = status == Status.PENDING;
        return new StandingRow(
                of.id(),
                words.of("standing-status", status),
                status == Status.IN_FORCE,
                of.number(),
                words.of("ground", of.ground()),
                Objects.requireNonNullElse(of.words(), ""),
                of.author() + " (" + words.of("role", of.authorRole()) + ")",
                Objects.requireNonNullElse(of.approver(), ""),
                Moment.of(of.endsAt(), zone),
                pending && approves,
                pending || status == Status.IN_FORCE);
    }
}
