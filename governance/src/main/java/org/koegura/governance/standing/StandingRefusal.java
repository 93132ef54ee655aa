package org.koegura.governance.standing;

import java.util.Locale;

/// Why something was not done with a standing exemption; each says what to do next.
public enum StandingRefusal {
    /// The number is not `+` and 7 to 15 digits.
    NUMBER_UNREADABLE,
    /// It would end before it began, or later than 30 days after it was written.
    END_OUT_OF_RANGE,
    /// The last one for that number was of the same author: somebody else has to find it necessary.
    RENEWED_BY_AUTHOR,
    /// One for that number waits to be approved.
    PROPOSED_ALREADY,
    /// So many wait or are in force that there is room for no more.
    TOO_MANY,
    /// Who wrote it cannot approve it.
    SELF_APPROVED,
    /// Another post approves it: the supervisor of its section, or the manager where the supervisor wrote it.
    NOT_THE_APPROVER,
    /// It is not this person's to withdraw.
    NOT_YOURS,
    /// Its time is over.
    EXPIRED,
    /// It was approved, or withdrawn, before.
    NOT_PENDING,
    /// There is none of that name.
    UNKNOWN;

    /// As the journal, the metrics and the API write it.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
