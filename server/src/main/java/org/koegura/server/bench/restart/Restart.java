package org.koegura.server.bench.restart;

import java.time.Instant;
import java.util.OptionalLong;

/// One `kill -9` and the start after it.
///
/// @param killedAt when the process before was killed
/// @param firstNanos from the start of the process until some party heard the other again
/// @param allNanos until every party did; empty where some did not in [RestartBench#HEARD]
/// @param answeringNanos until telephones were answered
/// @param toldNanos until every recording that the killed process left was signed and told
record Restart(Instant killedAt, long firstNanos, OptionalLong allNanos, long answeringNanos, long toldNanos) {}
