/// SRTP by keys in session descriptions (SDES, RFC 4568): with whom, and with which keys.
///
/// Glossary:
///
/// - *form* of a leg: plain RTP, or SRTP whose keys the descriptions say; as set for the neighbour by
///   whom a party is reached, for the life of a call; where either is set, as the first offer of a dialog
///   settles it, for the life of that.
/// - *ended here*: of SRTP whose keys we have on both legs, so that what is said can be announced in,
///   kept, and goes on in the form of the other leg.
/// - *sealed*: SRTP whose keys are between the parties alone; it passes as it is.
/// - *our key*: what we send on a leg with; made here, and never an endpoint's.
///
/// Who may call: only `org.koegura.sipproxy.call`, `org.koegura.sipproxy.media`,
/// `org.koegura.sipproxy.proxy`, and whoever sets it.
///
/// Threads: a [org.koegura.sipproxy.srtp.KeyExchange] belongs to its call's negotiation, which locks it.
///
/// Reading order: [org.koegura.callmodel.srtp.SrtpProfile], [org.koegura.sipproxy.srtp.SrtpProfiles],
/// [org.koegura.sipproxy.srtp.Said], [org.koegura.sipproxy.srtp.KeyExchange],
/// [org.koegura.sipproxy.srtp.DialogKeys], [org.koegura.sipproxy.srtp.SealedAudio]; the lines themselves are in
/// `org.koegura.sipproxy.sdp`.
@NullMarked
package org.koegura.sipproxy.srtp;

import org.jspecify.annotations.NullMarked;
