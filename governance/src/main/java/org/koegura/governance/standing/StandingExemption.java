package org.koegura.governance.standing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Ground;
import org.koegura.governance.account.Role;

/// One standing exemption, as the register has it.
///
/// @param id its name, 32 hexadecimal digits
/// @param number of the other party, `+` and digits
/// @param words why; never null for ground 3
/// @param author account of who wrote it
/// @param authorRole as what: the role of the author's that reaches furthest
/// @param section of that post; null for the manager's
/// @param endsAt when it is over by itself, approved or not
/// @param approver account of the second person; null until one approved it
/// @param withdrawnBy account of who ended it before; null where nobody did
public record StandingExemption(
        String id,
        String number,
        Ground ground,
        @Nullable String words,
        String author,
        Role authorRole,
        @Nullable String section,
        Instant proposedAt,
        Instant endsAt,
        @Nullable String approver,
        @Nullable Instant approvedAt,
        @Nullable String withdrawnBy,
        @Nullable Instant withdrawnAt) {

    /// Where it stands.
    public enum Status {
        /// Nobody approved it yet.
        PENDING,
        IN_FORCE,
        /// Its time is over.
        ENDED,
        /// Its time was over before anybody approved it.
        LAPSED,
        WITHDRAWN
    }

    /// Where it stood at that moment, which is not before it was written.
    public Status status(Instant at) {
        if (withdrawnAt != null && !withdrawnAt.isAfter(at)) {
            return Status.WITHDRAWN;
        }
        boolean approved = approvedAt != null && !approvedAt.isAfter(at);
        Instant latest = proposedAt.plus(StandingRules.LASTS_MAX); // whatever stands in the database
        if (endsAt.isAfter(at) && latest.isAfter(at)) {
            return approved ? Status.IN_FORCE : Status.PENDING;
        }
        return approved ? Status.ENDED : Status.LAPSED;
    }

    /// Hides number, words and people, so that none can reach a log line by accident.
    @Override
    public String toString() {
        return "StandingExemption[" + id + "]";
    }
}
