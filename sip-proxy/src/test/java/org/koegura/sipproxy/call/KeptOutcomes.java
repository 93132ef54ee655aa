package org.koegura.sipproxy.call;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.port.CallLedger;

/// A ledger in memory that keeps every outcome it is told, repeats included.
public final class KeptOutcomes implements CallLedger {

    private final List<CallOutcome> outcomes = new CopyOnWriteArrayList<>();

    @Override
    public void ended(CallOutcome outcome) {
        outcomes.add(outcome);
    }

    /// What was told, in order.
    public List<CallOutcome> all() {
        return List.copyOf(outcomes);
    }
}
