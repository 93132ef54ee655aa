package org.koegura.callmodel.port;

import org.koegura.callmodel.CallOutcome;

/// Takes the one outcome of every call (R5). Asked by sip-proxy, answered by governance.
public interface CallLedger {

    /// Records the outcome of an ended call, once per call id; a repeat changes nothing. Blocks, for about
    /// a second at most. Never throws: what it could not store in that time it keeps, retries itself, and counts.
    void ended(CallOutcome outcome);
}
