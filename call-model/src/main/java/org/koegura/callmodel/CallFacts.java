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
///     usual
/// one
public record CallFacts(
        CallId call,
        String sipCallId,
        Direction direction,
        Party inside,
        Party outside,
        Instant invitedAt,
        @Nullable Party dialled,
        @Nullable Line line,
        @Nullable CallId continues) {

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
        this(call, sipCallId, direction, inside, outside, invitedAt, dialled, line, null);
    }

    /// Facts without what was dialled and whose line it is.
    public CallFacts(
            CallId call, String sipCallId, Direction direction, Party inside, Party outside, Instant invitedAt) {
        this(call, sipCallId, direction, inside, outside, invitedAt, null, null);
    }

    /// The same call, as if it led to somebody else.
    public CallFacts leadingTo(Party other) {
        return new CallFacts(call, sipCallId, direction, inside, outside, invitedAt, other, line, continues);
    }

    /// What is left of the call after the process that saw it died.
    ///
    /// @param name of this part
    public CallFacts continuedAs(CallId name) {
        return new CallFacts(name, sipCallId, direction, inside, outside, invitedAt, dialled, line, call);
    }

    /// The same call, on that line.
    public CallFacts on(@Nullable Line line) {
        return new CallFacts(call, sipCallId, direction, inside, outside, invitedAt, dialled, line, continues);
    }
}
