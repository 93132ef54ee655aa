/// The proxy itself: what RFC 3261 §16 asks of one, with one branch a request, and the passages of
/// calls.
///
/// Glossary:
///
/// - *passage*: one call on its way through us, from its INVITE on. In-dialog requests find it by the
///   name in our Record-Route, responses by our branch. After a restart nothing finds it, and messages
///   pass all the same.
/// - *response context* (§16.2): one request that waits for its response, and what was sent on for it.
/// - *spiral* (§16.6): an INVITE that passes us a second time; its Via says that it was here.
/// - *telephone*: whoever uses us as its outbound proxy; where we must tell it from others, an address and the
///   address-of-record that registered there through us; *registrar*: whoever confirmed a registration
///   through us.
///
/// Who may call: only the root of this room.
///
/// Threads: [MessageReceiver] is called on the socket's event loop and hands everything to the lane of
/// its Call-ID. All else here runs on that lane, timers included, so that nothing of one call needs a
/// lock.
///
/// Reading order: [MessageReceiver], `RequestHandler`, `InviteHandler`, `Identities`, `Sides`,
/// `Passage`, `ResponseContext`, `StatelessForwarder`;
/// then what they believe: `Branches`, `RouteMarks`, `RegisteredContacts`, `Registrars`, `Telephones`,
/// `Relays`; and what they
/// remember: `Transfers`.
@NullMarked
package org.koegura.sipproxy.proxy;

import org.jspecify.annotations.NullMarked;
