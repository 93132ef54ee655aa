/// Codes that an inside telephone presses in a call (F2), as the call's control obeys them. The media
/// find them ([org.koegura.callmodel.port.MediaSession#heedCodes]) and let the telephone hear what came
/// of them.
///
/// Glossary: *author*: who asks, which is the telephone: `extension:` and its number. Whose it is on
/// that day is for whoever reviews the act.
///
/// Who may call: `sipproxy.call`, and whoever sets what codes may do.
///
/// Threads: all of it runs on the thread of the call.
@NullMarked
package org.koegura.sipproxy.pressed;

import org.jspecify.annotations.NullMarked;
