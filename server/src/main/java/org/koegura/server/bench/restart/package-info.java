/// `koegura bench restart`: how long calls hear nothing when the product is killed and starts again.
///
/// Glossary: a *party* is one end of a call, at a socket of its own; the *streams* are what all parties send; a
/// *restart* is one `kill -9` and the start after it; a *load* is so many calls that live through all restarts.
///
/// Who may call: nobody; `server` hands `RestartBenchmark` to the command.
///
/// Threads: the caller's; one that sends for all parties, and one that hears for them.
///
/// Reading order: `RestartBenchmark`, `RestartPlan`, `RestartBench`, `Streams`, `Restart`, `RestartResult`.
@NullMarked
package org.koegura.server.bench.restart;

import org.jspecify.annotations.NullMarked;
