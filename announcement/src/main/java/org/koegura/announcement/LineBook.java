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
///
/// @param calendar whose schedules the lines name
record LineBook(List<LinePolicy> lines, Calendar calendar) {

    static final LineBook EMPTY = new LineBook(List.of());

    LineBook {
        lines = List.copyOf(lines);
        for (LinePolicy line : lines) {
            if (line.schedule() != null && !calendar.knows(line.schedule())) {
                throw new IllegalArgumentException("no schedule is called '" + line.schedule() + "'");
            }
        }
    }

    /// Lines that say the same at any time.
    LineBook(List<LinePolicy> lines) {
        this(lines, Calendar.PLAIN);
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

    /// Whether a fax machine that is heard ends the recording; the same line says so that [#lineOf] names.
    boolean heedsFaxTones(CallFacts facts) {
        LinePolicy own = ownOf(facts);
        return own == null || own.faxTones() == LinePolicy.FaxTones.DETECT;
    }

    /// Whether whoever calls is told while the telephone rings; the same line says so that [#lineOf] names. Whoever is
    /// called hears nothing before he answers.
    boolean announcesEarly(CallFacts facts) {
        LinePolicy own = facts.direction() == Direction.INBOUND ? ownOf(facts) : null;
        return own != null && noticeOf(own, facts) == LinePolicy.Notice.EARLY;
    }

    /// Whether staff tell whoever they call themselves; the same line says so that [#lineOf] names. Whoever calls from
    /// outside is told as its line's notice says.
    boolean tellsOrally(CallFacts facts) {
        LinePolicy own = facts.direction() == Direction.OUTBOUND ? ownOf(facts) : null;
        return own != null && own.outbound() == LinePolicy.Outbound.ORAL;
    }

    /// Which of its parties the inside telephone is, by the same line that [#lineOf] names.
    Party telephoneOf(CallFacts facts) {
        Party dialled = facts.direction() == Direction.INBOUND ? facts.dialled() : null;
        return dialled == null || of(dialled) == null ? facts.inside() : dialled;
    }

    /// Whether a telephone may use codes; where no line speaks of it, it may not.
    boolean entitles(Party telephone) {
        LinePolicy own = of(telephone);
        return own != null && own.codes() == LinePolicy.Codes.ALL;
    }

    /// Whether any telephone may.
    boolean entitlesAny() {
        return lines.stream().anyMatch(line -> line.codes() == LinePolicy.Codes.ALL);
    }

    private @Nullable LinePolicy ownOf(CallFacts facts) {
        return of(telephoneOf(facts));
    }

    /// Why nothing is kept of a call; null where lines leave it to be announced. Whoever of its parties is on a line
    /// that is never recorded decides. An outside caller decides nothing: it can claim any number.
    @Nullable
    Unrecorded leaves(CallFacts facts) {
        Unrecorded why = null;
        for (Party party : deciding(facts)) {
            LinePolicy policy = of(party);
            Unrecorded its = policy == null ? null : noticeOf(policy, facts).unrecorded();
            why = its == Unrecorded.NEVER_RECORD_LINE || why == null ? its : why;
        }
        return why;
    }

    /// What is played in a call before all else, as the line of its inside telephone says at that time.
    List<String> promptsOf(CallFacts facts) {
        LinePolicy own = ownOf(facts);
        Schedule.Rule rule = own == null ? null : calendar.rule(own.schedule(), facts.invitedAt());
        return rule == null ? List.of() : rule.prompts();
    }

    private LinePolicy.Notice noticeOf(LinePolicy policy, CallFacts facts) {
        Schedule.Rule rule = calendar.rule(policy.schedule(), facts.invitedAt());
        return rule == null ? policy.notice() : rule.notice();
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
