/// Codes that the inside party presses in a call (F2): what its telephone events (RFC 4733) say, which
/// of them are kept from the outside party, and how those that were no code are told after all.
///
/// Glossary:
///
/// - *press*: one telephone event, from its first packet to the last repeat of its end.
/// - *code*: the keys by which something is asked of us. What a code asks for is known to whoever set
/// it.
/// - *held*: a press that is withheld because it may belong to a code.
///
/// Who may call: the root of `rtpcapture`.
///
/// Threads: all of it belongs to its call's event loop.
///
/// Reading order: [org.koegura.rtpcapture.codes.EventReader], what packets say;
/// [org.koegura.rtpcapture.codes.CodeMatcher], whether keys are a code;
/// [org.koegura.rtpcapture.codes.PressedCodes], both of a call;
/// [org.koegura.rtpcapture.codes.PressReplay], what was none.
@NullMarked
package org.koegura.rtpcapture.codes;

import org.jspecify.annotations.NullMarked;
