/// The order of the built-in medium, and what is left of what was overwritten: values and sums, no disk.
///
/// Glossary:
///
/// - *place*: the room that one whole sealed recording takes on the built-in medium, in the ring's order.
/// - *room*: what an open recording has been granted beforehand, before anybody knows how long it gets.
/// - *tombstone*: what stays of an erased recording: time, reason, hash, receipts; no audio, no number.
///
/// Who may call: the other packages of storage-client only.
///
/// Threads: the values are immutable; `RingAccount` belongs to the lock of the ring.
///
/// Reading order: [org.koegura.storageclient.ring.Place], [org.koegura.storageclient.ring.RingAccount],
/// [org.koegura.storageclient.ring.Tombstone].
@NullMarked
package org.koegura.storageclient.ring;

import org.jspecify.annotations.NullMarked;
