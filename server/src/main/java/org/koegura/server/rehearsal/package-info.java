/// Whole calls on loopback: before telephones are answered, so that the first of them meets compiled code, and beside a
/// load, to measure.
///
/// Who may call: `server`'s commands and its benchmarks.
///
/// Threads: a rehearsal has a few of its own, which end with it.
///
/// Reading order: [org.koegura.server.rehearsal.Rehearsal], [org.koegura.server.rehearsal.WholeCalls].
@NullMarked
package org.koegura.server.rehearsal;

import org.jspecify.annotations.NullMarked;
