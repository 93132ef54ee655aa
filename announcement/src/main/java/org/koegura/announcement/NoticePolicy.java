package org.koegura.announcement;

import java.time.Instant;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.NoticeDesk;

/// Art. 4 as a pure function: whoever calls from outside, or is called there, is told first, by a prompt
/// or by staff; a line that the site lists as never recorded or bypassed is left alone. The same policy says the same
/// of the same facts, whenever it is asked:
/// the only time that it knows is that of the INVITE.
///
/// No call is recorded without notice by this policy: an exemption is an act of a person, and an event of the call.
///
/// @param prompts what the outside party hears
/// @param lines what holds for single lines
/// @param refusesUnrecordable whether a call that cannot be recorded is refused, where its line does not say
record NoticePolicy(PromptBook prompts, LineBook lines, boolean refusesUnrecordable) implements NoticeDesk {

    NoticePolicy {
        if (!lines.calendar().zone().equals(prompts.zone())) {
            throw new IllegalArgumentException("one zone is needed");
        }
        for (Schedule schedule : lines.calendar().schedules()) {
            for (Schedule.Rule rule : schedule.rules()) {
                if (!rule.prompts().stream().allMatch(prompts::knows)) {
                    throw new IllegalArgumentException("schedule '" + schedule.name() + "' names an unknown prompt");
                }
            }
        }
    }

    /// One that lets such calls pass.
    NoticePolicy(PromptBook prompts, LineBook lines) {
        this(prompts, lines, false);
    }

    @Override
    public NoticeDecision decide(CallFacts facts) {
        Unrecorded why = facts.direction() == Direction.INTERNAL ? Unrecorded.INTERNAL : lines.leaves(facts);
        if (why != null) {
            return new NoticeDecision.DoNotRecord(why);
        }
        return lines.tellsOrally(facts)
                ? new NoticeDecision.Oral()
                : new NoticeDecision.Announce(prompt(facts, facts.invitedAt()), lines.announcesEarly(facts));
    }

    /// What the outside party of that call hears on that day.
    Prompt prompt(CallFacts facts, Instant when) {
        return prompts.at(when, lines.promptsOf(facts));
    }

    @Override
    public CallFacts placed(CallFacts facts) {
        return facts.on(lines.lineOf(facts));
    }

    @Override
    public boolean refusesUnrecordable(CallFacts facts, boolean standard) {
        return lines.refusesUnrecordable(facts, standard);
    }

    @Override
    public Party telephone(CallFacts facts) {
        return lines.telephoneOf(facts);
    }

    @Override
    public boolean entitles(Party telephone) {
        return lines.entitles(telephone);
    }

    @Override
    public boolean entitlesAny() {
        return lines.entitlesAny();
    }

    @Override
    public boolean heedsFaxTones(CallFacts facts) {
        return lines.heedsFaxTones(facts);
    }
}
