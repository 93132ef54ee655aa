package org.koegura.announcement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;

/// The site's lines, in the order of the file: the first that speaks of a telephone counts, so that each belongs to one
/// section at a time. Pure and total.
record LineBook(List<LinePolicy> lines) {

    static final LineBook EMPTY = new LineBook(List.of());

    LineBook {
        lines = List.copyOf(lines);
    }

    /// Whose the inside telephone of a call is; null where no line speaks of it. Of a call from outside the Request-URI
    /// names the telephone itself, and To may name the one that it was sent on from.
    @Nullable
    Line lineOf(CallFacts facts) {
        LinePolicy own = ownOf(facts);
        return own == null ? null : own.line();
    }

    /// Whether a call that cannot be recorded is refused; the same line says so that [#lineOf] names.
    boolean refusesUnrecordable(CallFacts facts, boolean standard) {
        LinePolicy own = ownOf(facts);
        return own == null ? standard : own.unrecordable().refuses(standard);
    }

    private @Nullable LinePolicy ownOf(CallFacts facts) {
        Party dialled = facts.direction() == Direction.INBOUND ? facts.dialled() : null;
        LinePolicy own = dialled == null ? null : of(dialled);
        return own == null ? of(facts.inside()) : own;
    }

    /// Why nothing is kept of a call; null where lines leave it to be announced. Whoever of its parties is on a line
    /// that is never recorded decides. An outside caller decides nothing: it can claim any number.
    @Nullable
    Unrecorded leaves(CallFacts facts) {
        Unrecorded why = null;
        for (Party party : deciding(facts)) {
            LinePolicy policy = of(party);
            Unrecorded its = policy == null ? null : policy.notice().unrecorded();
            why = its == Unrecorded.NEVER_RECORD_LINE || why == null ? its : why;
        }
        return why;
    }

    private static List<Party> deciding(CallFacts facts) {
        List<Party> parties = new ArrayList<>();
        parties.add(facts.inside());
        if (facts.direction() != Direction.INBOUND) {
            parties.add(facts.outside());
        }
        if (facts.dialled() != null) {
            parties.add(facts.dialled());
        }
        return parties;
    }

    private @Nullable LinePolicy of(Party party) {
        for (LinePolicy policy : lines) {
            if (policy.isOf(party)) {
                return policy;
            }
        }
        return null;
    }
}
