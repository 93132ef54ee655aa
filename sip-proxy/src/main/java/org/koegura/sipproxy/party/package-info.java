/// Who stands at the other end of a leg, as his network names him, and whether it is still the same one
/// (N2).
///
/// Glossary:
///
/// - *place*: where a message names a party: From (RFC 4916), P-Asserted-Identity (RFC 3325),
/// Remote-Party-ID.
///
/// Who may call: `proxy`.
///
/// Threads: each call's belongs to the lane of its Call-ID.
///
/// Reading order: [org.koegura.sipproxy.party.KnownParty].
@NullMarked
package org.koegura.sipproxy.party;

import org.jspecify.annotations.NullMarked;
