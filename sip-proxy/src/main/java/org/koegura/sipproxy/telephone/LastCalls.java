package org.koegura.sipproxy.telephone;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.Preservations.Preserving;

/// Which call each telephone was last recorded in, so that a code can preserve it: in the call, and for
/// ten minutes after it was hung up (F1, H2). Of telephones that may use codes, and in memory alone: a
/// process that dies forgets it, and the code is refused.
///
/// Safe from any thread. [#preserve] and [#preserveLast] block.
public final class LastCalls {

    /// So long after its end.
    public static final Duration LASTS = Duration.ofMinutes(10);

    /// More telephones than a city has operators.
    private static final int TELEPHONES_MAX = 4_096;

    private final Map<String, Last> last = new ConcurrentHashMap<>();
    private final Preservations register;
    private final LongSupplier monotonicNanos;

    /// @param monotonicNanos as [System#nanoTime]
    public LastCalls(Preservations register, LongSupplier monotonicNanos) {
        this.register = register;
        this.monotonicNanos = monotonicNanos;
    }

    /// @param up whether it is not over
    /// @param sinceNanos when it ended; while it is up, when capture began
    private record Last(CallFacts facts, boolean up, long sinceNanos) {}

    /// Something of a call is kept from now on.
    ///
    /// @param who whose telephone it is
    public void began(String who, CallFacts facts) {
        put(who, new Last(facts, true, monotonicNanos.getAsLong()));
    }

    /// A call is hung up.
    ///
    /// @param kept whether something of it was
    public void ended(String who, CallFacts facts, boolean kept) {
        if (kept) {
            put(who, new Last(facts, false, monotonicNanos.getAsLong()));
        } else {
            last.computeIfPresent(who, (_, known) -> known.facts().equals(facts) ? null : known);
        }
    }

    private void put(String who, Last call) {
        if (last.size() >= TELEPHONES_MAX) {
            last.values().removeIf(known -> !known.up() && isOver(known));
        }
        if (last.size() < TELEPHONES_MAX || last.containsKey(who)) {
            last.put(who, call);
        }
    }

    private boolean isOver(Last call) {
        return monotonicNanos.getAsLong() - call.sinceNanos() > LASTS.toNanos();
    }

    /// Has the call preserved in which a telephone asks for it.
    ///
    /// @param who asks
    public Preserving preserve(String who, CallFacts facts, Stage stage) {
        return register.preserve(request(who, facts, stage));
    }

    /// Has the last call preserved that was recorded with a telephone: the one that is up, or else one
    /// that ended in the last ten minutes.
    ///
    /// @param who asks
    /// @return null where there is none
    @Nullable
    Preserving preserveLast(String who) {
        Last call = last.get(who);
        return call == null || (!call.up() && isOver(call))
                ? null
                : register.preserve(request(who, call.facts(), null));
    }

    private static Preservations.Request request(String who, CallFacts facts, @Nullable Stage stage) {
        return new Preservations.Request(
                facts.call(), facts.continues(), who, Exemption.Channel.TELEPHONE, null, stage);
    }
}
