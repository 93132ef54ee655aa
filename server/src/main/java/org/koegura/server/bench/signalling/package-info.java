/// `koegura bench signalling`: what a call costs, and how long its messages are under way.
///
/// Glossary: a *side* is what calls pass through (the product, Kamailio with or without rtpengine, or nothing); a
/// *round* is all sides once, each started anew; a *load* is calls at one rate for one time; *clean* is a load without
/// a failed call, nearly without retransmissions, that kept its rate; the *prober* places calls of its own beside a
/// load and is both parties of them, so that delays are measured by one clock.
///
/// Who may call: nobody; `server` hands `SignallingBenchmark` to the command.
///
/// Threads: all of it is one after the other on the caller's thread; the prober has one of its own while a load runs.
///
/// Reading order: `SignallingBenchmark`, `Plan`, `SignallingBench`, `Side`, `RunningSide`, `Load`, `Prober`; the
/// reading of
/// results: `SippStatistics`, `Delays`, `SignallingResult`.
@NullMarked
package org.koegura.server.bench.signalling;

import org.jspecify.annotations.NullMarked;
