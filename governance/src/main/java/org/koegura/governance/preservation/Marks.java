package org.koegura.governance.preservation;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;

/// Calls that somebody asked to preserve, the newest of them: by these the live list shows it. What is
/// forgotten here is preserved all the same. Safe from any thread.
final class Marks {

    /// More than are up at once.
    static final int CALLS_MAX = 4_096;

    private final SequencedSet<CallId> calls = new LinkedHashSet<>();

    synchronized void add(CallId call) {
        calls.addLast(call);
        if (calls.size() > CALLS_MAX) {
            calls.removeFirst();
        }
    }

    /// The part before may have been named; then this part is marked, too, for the one that comes after
    /// it.
    synchronized boolean has(CallFacts facts) {
        CallId before = facts.continues();
        if (before != null && calls.contains(before) && !calls.contains(facts.call())) {
            add(facts.call());
        }
        return calls.contains(facts.call());
    }
}
