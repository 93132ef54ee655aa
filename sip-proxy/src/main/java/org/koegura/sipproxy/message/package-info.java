/// Step 2 of 10 on the INVITE line: the received bytes, indexed, and the edits that a proxy makes to them.
///
/// Glossary:
///
/// - *wire message*: a SIP message as it was received, with an index over its start line, header fields and body.
/// - *field*: one header field as it stands in the message, folds included; *element*: one of the comma-separated
///   values of a field (RFC 3261 §7.3.1).
/// - *edit*: replaces a range of bytes. What no edit touches goes out byte for byte as it came in (ADR 0001).
///
/// Who may call: only the signalling packages of this room.
///
/// Threads: all types are immutable, except [WireEdit], which belongs to whoever made it.
///
/// Reading order: [WireMessage], [HeaderField], [Elements], [Parameters], [Via], [NameAddress], [SipUri], [WireEdit],
/// [ProxyEdits], [Replies], [Fingerprint].
@NullMarked
package org.koegura.sipproxy.message;

import org.jspecify.annotations.NullMarked;
