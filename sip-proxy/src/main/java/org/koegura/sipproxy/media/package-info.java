/// What the media of one call are told: which m-lines pass through us, by which agreement they run, whether the
/// call is on hold, and whether what comes may be sealed.
///
/// Glossary:
///
/// - *anchored*: of an m-line that has ports of ours, so that its media pass through us.
/// - *won*: of the dialog that the first 2xx answered.
///
/// Who may call: only `org.koegura.sipproxy.call`, whose `Negotiation` finds the descriptions.
///
/// Threads: all but [HoldWatch], which any thread reads, belongs to a call's negotiation, which locks it.
///
/// Reading order: [AgreedMedia], [AnchoredPorts], [NoMediaThere], [HoldWatch].
@NullMarked
package org.koegura.sipproxy.media;

import org.jspecify.annotations.NullMarked;
