/// Who may use the proxy, and how much of it.
///
/// Glossary:
///
/// - *stranger*: who comes from none of the networks that may use us, and is no neighbour.
/// - *vouched for*: a request that brings back a mark which only we can have made; it belongs to a dialog
///   that began through us, or leads to a telephone that registered through us.
/// - *exempt*: a call for help; no limit holds for it.
///
/// Who may call: only the root of this room and `proxy`.
///
/// Threads: everything is safe from any thread, and nothing blocks: the gate is asked on the sockets' event
/// loops, before a message takes a place on a lane.
@NullMarked
package org.koegura.sipproxy.admission;

import org.jspecify.annotations.NullMarked;
