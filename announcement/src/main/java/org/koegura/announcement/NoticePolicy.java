package org.koegura.announcement;

import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.NoticeDesk;

/// Art. 4 as a pure function: whoever calls from outside, or is called there, is told first; a line that the site lists
/// as never recorded or bypassed is left alone. The same policy says the same of the same facts.
///
/// No call is recorded without notice by this policy: an exemption is an act of a person, and an event of the call.
///
/// @param prompts what the outside party hears
/// @param lines what holds for single lines
record NoticePolicy(PromptBook prompts, LineBook lines) implements NoticeDesk {

    @Override
    public NoticeDecision decide(CallFacts facts) {
        Unrecorded why = facts.direction() == Direction.INTERNAL ? Unrecorded.INTERNAL : lines.leaves(facts);
        return why == null
                ? new NoticeDecision.Announce(prompts.at(facts.invitedAt()))
                : new NoticeDecision.DoNotRecord(why);
    }

    @Override
    public CallFacts placed(CallFacts facts) {
        return facts.on(lines.lineOf(facts));
    }

    @Override
    public boolean refusesUnrecordable(CallFacts facts, boolean standard) {
        return lines.refusesUnrecordable(facts, standard);
    }
}
