/// What the whole-system tests know independently of the product: recordings read from the page of their format alone,
/// packets as they were on the wire, speech as samples.
///
/// Glossary: *wire*, what the tap saw; *kept*, what a recording holds.
///
/// Who may call: the tests of `org.koegura.server`. Nothing here may use the product's code, or a fault of the product
/// would hide itself; the G.711 tables of `audio` are the exception, which have their own vectors.
///
/// Threads: values and pure functions.
///
/// Reading order: `Datagram`, `Pcap`, `Rtp`, `KeptRecording`, `Speech`.
@NullMarked
package org.koegura.server.evidence;

import org.jspecify.annotations.NullMarked;
