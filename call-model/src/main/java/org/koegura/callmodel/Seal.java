package org.koegura.callmodel;

import java.time.Instant;

/// What a finished recording is known by.
///
/// @param recording its name
/// @param location where it is kept, as the store names it (a path or an object URL)
/// @param root SHA-256 tree root over its ciphertext, 64 lower-case hexadecimal digits (E2)
/// @param bytes size of its ciphertext
/// @param sealedAt when
public record Seal(RecordingId recording, String location, String root, long bytes, Instant sealedAt) {}
