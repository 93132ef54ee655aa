/// What becomes of a notice that is played to the other party once more, in the middle of a call (N13).
///
/// Glossary:
///
/// - *replay*: it changes nothing of why a call is recorded, and nothing of what is kept of it.
///
/// Who may call: `sip-proxy`, which asks for one, `rtp-capture`, which plays it, and `storage-client`,
/// which declares it in the recording.
///
/// Threads: immutable values.
///
/// Reading order: [org.koegura.callmodel.replay.ReplayAnswer], [org.koegura.callmodel.replay.Replayed],
/// [org.koegura.callmodel.replay.ReplayEnd].
@NullMarked
package org.koegura.callmodel.replay;

import org.jspecify.annotations.NullMarked;
