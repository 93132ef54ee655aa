/// What the packet path counts, and how the metrics read it.
///
/// Glossary: *tally*: one counter for each value of an enum, bumped by one thread, read by any.
///
/// Who may call: the other rooms of `rtpcapture`; it knows none of them.
///
/// Threads: counters are bumped by one event loop each and read by any thread.
///
/// Reading order: [org.koegura.rtpcapture.meters.RelayCounters], [org.koegura.rtpcapture.meters.MediaMeters].
@NullMarked
package org.koegura.rtpcapture.meters;

import org.jspecify.annotations.NullMarked;
