/// Where a request goes next (RFC 3261 §16.4 to §16.6), and by what we know our own addresses again.
///
/// Glossary:
///
/// - *own address*: what peers know us by: the advertised address with the port of our socket.
/// - *mark*: what our own URI in a Route carries: which passage of a call it belongs to, or that a
///   telephone which registered through us is behind it. Only its proof, made in `proxy`, makes it true.
/// - *neighbour*: registrar or PBX (*upstream*), and on the trunk side the carrier (*trunk*), by their
///   addresses.
/// - *server*: one entry of a neighbour's list; a name may have several addresses.
/// - *health*: whether an address of a neighbour answers OPTIONS.
/// - *stranger*: who is neither, on the trunk side.
///
/// Who may call: only the signalling packages of this room.
///
/// Threads: everything is immutable, but for what a [Neighbour] knows of its servers, which is safe from any thread.
/// [Router#route] blocks where a name must be looked up: call it on a lane. [HealthWatch] has a virtual thread for each
/// server.
///
/// Reading order: [OwnAddress], [Server], [Neighbour], [Neighbours], [Mark], [Router], [Routing], `Health`,
/// [HealthWatch].
@NullMarked
package org.koegura.sipproxy.routing;

import org.jspecify.annotations.NullMarked;
