/// The notice once more, in the middle of a call that is recorded (N13). It stands beside where the call
/// stands, and changes nothing of that.
///
/// Glossary: *replay*: as in `org.koegura.callmodel.replay`.
///
/// Who may call: `sipproxy.call`.
///
/// Threads: [AskedReplay] belongs to the thread of the call; the meters are safe from any.
@NullMarked
package org.koegura.sipproxy.replay;

import org.jspecify.annotations.NullMarked;
