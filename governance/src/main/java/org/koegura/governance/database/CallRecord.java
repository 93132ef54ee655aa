package org.koegura.governance.database;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;

/// What is known of a recorded call after its end.
///
/// @param call its name
/// @param direction who called whom
/// @param inside the city's party
/// @param outside the other party
/// @param dialled whom the Request-URI named
/// @param line whose the inside telephone was then
/// @param invitedAt when the INVITE arrived
/// @param answeredAt when the 2xx passed
/// @param endedAt when it ended
/// @param end why
/// @param result COMPLETE or PARTIAL
/// @param basis why capture was lawful
/// @param seal the recording
/// @param accounts one per leg
/// @param signalling what was signalled of it
/// @param objectedAt when the other party's objection was marked (N12); null where none was
/// @param preserved the undecided requests to preserve it, for whatever part of it, oldest first (H2)
public record CallRecord(
        CallId call,
        Direction direction,
        Party inside,
        Party outside,
        @Nullable Party dialled,
        @Nullable Line line,
        Instant invitedAt,
        @Nullable Instant answeredAt,
        Instant endedAt,
        EndReason end,
        CallOutcome.Result result,
        Basis basis,
        Seal seal,
        List<StreamAccount> accounts,
        Signalling signalling,
        @Nullable Instant objectedAt,
        List<Preservation> preserved) {

    public CallRecord {
        preserved = List.copyOf(preserved);
        accounts = List.copyOf(accounts);
    }

    /// Why capture was lawful, as far as the database keeps it; the recording's manifest has the rest.
    public sealed interface Basis {

        /// The notice was heard (N4).
        ///
        /// @param attempt 1, or 2 when it had to be repeated
        /// @param receiverReports how many reports of the receiver covered it
        record Announced(
                String promptId,
                String language,
                Instant startedAt,
                Instant endedAt,
                int packets,
                int attempt,
                int receiverReports)
                implements Basis {}

        /// An exemption was flagged (N6). Its text stands in the journal.
        record Exempted(Ground ground, String author, Instant at, Exemption.Channel channel, Stage stage)
                implements Basis {}

        /// Staff told the other party themselves, and one of them attested it (N5).
        record Attested(String author, Instant at, Exemption.Channel channel, Stage stage) implements Basis {}

        /// The outcome named none.
        record Unknown() implements Basis {}
    }
}
