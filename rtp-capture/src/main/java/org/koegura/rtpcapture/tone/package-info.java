/// Lets a telephone that asked for something by digits hear that it was done (F2).
///
/// Who may call: the root of `rtpcapture`.
///
/// Threads: each session belongs to one event loop of the media; its methods may be called from any thread.
///
/// Reading order: [org.koegura.rtpcapture.tone.Tones], [org.koegura.rtpcapture.tone.SpokenTone].
@NullMarked
package org.koegura.rtpcapture.tone;

import org.jspecify.annotations.NullMarked;
