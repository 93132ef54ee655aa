package org.koegura.callmodel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is known of a call from its first INVITE on; it does not change while the call lives.
///
/// @param call our name of the call
/// @param sipCallId the `Call-ID` header as signalled
/// @param direction who called whom
/// @param inside the city's party; of an internal call the caller
/// @param outside the other party; of an internal call the callee
/// @param invitedAt when the INVITE arrived
/// @param dialled whom the Request-URI named: To may name somebody from whom the call was sent on; null where
///     only a recording tells of the call
/// @param line whose the inside telephone is; null where nothing says so
/// @param continues the same call as the process before named it, which died in the middle of it; null for the
///     usual one
/// @param decided what policy said of it; null before it was asked, and where nobody knows any more
public record CallFacts(
        CallId call,
        String sipCallId,
        Direction direction,
        Party inside,
        Party outside,
        Instant invitedAt,
        @Nullable Party dialled,
        @Nullable Line line,
        @Nullable CallId continues,
        @Nullable Decided decided) {

    /// What was decided of a call when its INVITE came, before anything happened in it.
    ///
    /// @param policy version of the policy that decided; null where what was signalled did, and none was asked
    /// @param decision whether it was to be announced
    /// @param refuses whether it was to be refused, should it turn out that it cannot be recorded
    /// @param flagged the exemption that was there before it came: for the next call of its telephone (N7), or a
    ///     standing one for the other party's number (N8); null where none was
    /// @param vouched whom a standing one is for, by the number that somebody vouched for; null where `flagged`
    ///     is none
    public record Decided(
            @Nullable String policy,
            NoticeDecision decision,
            boolean refuses,
            @Nullable Exemption flagged,
            @Nullable Party vouched) {

        /// Where nothing stands for a number.
        public Decided(@Nullable String policy, NoticeDecision decision, boolean refuses, @Nullable Exemption flagged) {
            this(policy, decision, refuses, flagged, null);
        }

        /// Where nothing was flagged before.
        public Decided(@Nullable String policy, NoticeDecision decision, boolean refuses) {
            this(policy, decision, refuses, null);
        }
    }

    /// A call that this process saw begin.
    public CallFacts(
            CallId call,
            String sipCallId,
            Direction direction,
            Party inside,
            Party outside,
            Instant invitedAt,
            @Nullable Party dialled,
            @Nullable Line line) {
        this(call, sipCallId, direction, inside, outside, invitedAt, dialled, line, null, null);
    }

    /// Facts without what was dialled and whose line it is.
    public CallFacts(
            CallId call, String sipCallId, Direction direction, Party inside, Party outside, Instant invitedAt) {
        this(call, sipCallId, direction, inside, outside, invitedAt, null, null);
    }

    /// The same call, as if it began now and led to somebody else.
    public CallFacts leadingTo(Party other, Instant now) {
        return new CallFacts(call, sipCallId, direction, inside, outside, now, other, line, continues, decided);
    }

    /// What is left of the call after the process that saw it died.
    ///
    /// @param name of this part
    public CallFacts continuedAs(CallId name) {
        return new CallFacts(name, sipCallId, direction, inside, outside, invitedAt, dialled, line, call, decided);
    }

    /// The same call, on that line.
    public CallFacts on(@Nullable Line line) {
        return new CallFacts(call, sipCallId, direction, inside, outside, invitedAt, dialled, line, continues, decided);
    }

    /// The same call, decided so.
    public CallFacts decided(Decided decided) {
        return new CallFacts(call, sipCallId, direction, inside, outside, invitedAt, dialled, line, continues, decided);
    }
}
