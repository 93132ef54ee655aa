/// The order of the built-in medium, and what is left of what was overwritten: values and sums, and how they lie on
/// disk. Who overwrites, and when, is the store's.
///
/// Glossary:
///
/// - *place*: the room that one whole sealed recording takes on the built-in medium, in the ring's order.
/// - *room*: what an open recording has been granted beforehand, before anybody knows how long it gets.
/// - *tombstone*: what stays of an erased recording: time, reason, hash, receipts; no audio, no number.
/// - *ledger*: the ring's order on disk; *survey*: what lies there by the folders themselves.
///
/// Who may call: the root of storage-client alone; it knows `medium`, `keys` and `manifest`.
///
/// Threads: the values are immutable; `RingAccount` belongs to the lock of the ring. What touches the disk blocks, and
/// is safe for any number of threads, as long as one recording's tombstone has one writer.
///
/// Reading order: [org.koegura.storageclient.ring.Place], [org.koegura.storageclient.ring.RingAccount],
/// [org.koegura.storageclient.ring.Tombstone]; then [org.koegura.storageclient.ring.RingLedger],
/// [org.koegura.storageclient.ring.RingSurvey], [org.koegura.storageclient.ring.Tombstones].
@NullMarked
package org.koegura.storageclient.ring;

import org.jspecify.annotations.NullMarked;
