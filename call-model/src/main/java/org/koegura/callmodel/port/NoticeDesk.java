package org.koegura.callmodel.port;

import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;

/// Decides whether a call is announced and recorded. Asked by sip-proxy, answered by announcement.
public interface NoticeDesk {

    /// Pure and total: the same facts give the same decision. MUST NOT block, MUST NOT throw.
    NoticeDecision decide(CallFacts facts);

    /// The same call with the line of its inside party, as policy names section and site. Pure and total. MUST NOT
    /// block, MUST NOT throw.
    default CallFacts placed(CallFacts facts) {
        return facts;
    }

    /// Whether that call is refused where it cannot be recorded (R3), as policy says of its line. Pure and total. MUST
    /// NOT block, MUST NOT throw.
    ///
    /// @param standard what holds where no line says so
    default boolean refusesUnrecordable(CallFacts facts, boolean standard) {
        return standard;
    }
}
