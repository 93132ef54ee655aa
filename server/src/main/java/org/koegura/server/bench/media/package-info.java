/// `koegura bench media`: what a packet costs that is relayed, and recorded, and how long it is under way.
///
/// Glossary: a *side* is what packets pass through (the product, rtpengine, a small relay in C, or nothing); a *round*
/// is all sides once, each started anew; a *load* is so many calls for one time, of which the end is measured; the
/// *generator* is both parties of all calls; it is *paced* where it sent by the clock, and worth nothing where not;
/// *clean* is a load of which at most one packet in a thousand was lost; *Mpkt* is a million packets that came out.
///
/// Who may call: nobody; `server` hands `MediaBenchmark` to the command.
///
/// Threads: all of it is one after the other on the caller's thread. Sides and generator are processes.
///
/// Reading order: `MediaBenchmark`, `MediaPlan`, `MediaBench`, `MediaSide`, `RunningMedia` and the four that are one,
/// `Generator`, `MediaLoad`, `MediaResult`, `MediaTable`; beside this package's resources: `generator.c`, `relay.c`.
@NullMarked
package org.koegura.server.bench.media;

import org.jspecify.annotations.NullMarked;
