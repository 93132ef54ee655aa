package org.koegura.governance;

import java.time.Instant;

/// The right to hear one recording for one purpose, journalled when it was issued. It works for the session that asked
/// for it only, and for a short time.
///
/// @param id 128 random bits in hexadecimal
/// @param lengthBytes length of the WAVE file
/// @param expiresAt when it ends unless it is used before
public record PlayTicket(String id, long lengthBytes, Instant expiresAt) {}
