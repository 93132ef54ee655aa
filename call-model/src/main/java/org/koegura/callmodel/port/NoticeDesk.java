package org.koegura.callmodel.port;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;

/// Decides whether a call is announced and recorded. Asked by sip-proxy, answered by announcement.
public interface NoticeDesk {

    /// Pure and total: the same facts give the same decision. MUST NOT block, MUST NOT throw.
    NoticeDecision decide(CallFacts facts);

    /// The same call with the line of its inside party, as policy names section and site. Pure and total. MUST NOT
    /// block, MUST NOT throw.
    default CallFacts placed(CallFacts facts) {
        return facts;
    }

    /// Whether that call is refused where it cannot be recorded (R3), as policy says of its line. Pure and total. MUST
    /// NOT block, MUST NOT throw.
    ///
    /// @param standard what holds where no line says so
    default boolean refusesUnrecordable(CallFacts facts, boolean standard) {
        return standard;
    }

    /// Whether a fax machine or a modem that is heard in the audio of that call ends its notice and its recording
    /// (N11), as policy says of its line. Pure and total. MUST NOT block, MUST NOT throw.
    default boolean heedsFaxTones(CallFacts facts) {
        return true;
    }

    /// Which party of that call is the inside telephone, as policy tells lines apart: that of an inbound call may be
    /// whom the Request-URI names. Pure and total. MUST NOT block, MUST NOT throw.
    default Party telephone(CallFacts facts) {
        return facts.inside();
    }

    /// Whether an inside telephone may ask for something by digits (F1), as policy says of its line. Pure and total.
    /// MUST NOT block, MUST NOT throw.
    default boolean entitles(Party telephone) {
        return false;
    }

    /// Whether there is any telephone that may; where there is none, no digits mean anything. Constant. MUST NOT block,
    /// MUST NOT throw.
    default boolean entitlesAny() {
        return false;
    }

    /// Under which version the same facts can be decided again, years later; null where there is none. Constant.
    default @Nullable String version() {
        return null;
    }
}
