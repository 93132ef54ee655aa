package org.koegura.governance;

import java.time.Instant;

/// The right to read one copy of a recording once, journalled when it was issued. It works for the session that asked
/// for it only, and for a short time.
///
/// @param id 128 random bits in hexadecimal
/// @param lengthBytes length of the copy
/// @param expiresAt when it ends unless it is used before
public record CopyTicket(String id, long lengthBytes, Instant expiresAt) {}
