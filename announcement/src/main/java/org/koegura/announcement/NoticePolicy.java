package org.koegura.announcement;

import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.NoticeDesk;

/// Art. 4 as a pure function: whoever calls from outside, or is called there, is told first.
///
/// No call is recorded without notice by this policy: an exemption is an act of a person, and an event of the call.
///
/// @param defaultPrompt what the outside party hears
record NoticePolicy(Prompt defaultPrompt) implements NoticeDesk {

    @Override
    public NoticeDecision decide(CallFacts facts) {
        return switch (facts.direction()) {
            case INBOUND, OUTBOUND -> new NoticeDecision.Announce(defaultPrompt);
            case INTERNAL -> new NoticeDecision.DoNotRecord(Unrecorded.INTERNAL);
        };
    }
}
