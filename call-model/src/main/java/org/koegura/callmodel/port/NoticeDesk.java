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
}
