package org.koegura.callmodel.port;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;

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

    /// What may be played once more in the middle of a call (N13), each in another language: first what
    /// policy plays in such a call at that time, then the others, Japanese first. Pure and total. MUST
    /// NOT block, MUST NOT throw.
    default List<Prompt> replays(CallFacts facts, Instant when) {
        return List.of();
    }

    /// Languages of all that [#replays] ever gives, Japanese first (BCP 47, and `ja-simple` for easy
    /// Japanese). Constant. MUST NOT block, MUST NOT throw.
    default List<String> replayLanguages() {
        return List.of();
    }

    /// Under which version the same facts can be decided again, years later; null where there is none. Constant.
    default @Nullable String version() {
        return null;
    }
}
