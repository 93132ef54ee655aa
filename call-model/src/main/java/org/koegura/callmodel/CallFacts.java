package org.koegura.callmodel;

import java.time.Instant;

/// What is known of a call from its first INVITE on; it does not change while the call lives.
///
/// @param call our name of the call
/// @param sipCallId the `Call-ID` header as signalled
/// @param direction who called whom
/// @param inside the city's party; of an internal call the caller
/// @param outside the other party; of an internal call the callee
/// @param invitedAt when the INVITE arrived
public record CallFacts(
        CallId call, String sipCallId, Direction direction, Party inside, Party outside, Instant invitedAt) {}
