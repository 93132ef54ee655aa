/// What an inside telephone says to us and to nobody else: codes that are dialled alone (F2). Here we
/// are the user agent server of one INVITE, which the rest of `sipproxy` never is.
///
/// ```
/// telephone ── INVITE *511 ──►  us        is it a code, is the telephone inside, is it entitled?
///           ◄── 200, SDP ─────            done or journalled before; again and again until the ACK
///           ── ACK ──────────►            the tone begins
///           ◄── tone, BYE ────            and all of it is forgotten
/// ```
///
/// Glossary: *armed*: the next call of an extension is exempt, for a minute; *last call*: the one that a
/// code can still preserve, ten minutes after its end (H2); *code*: see `org.koegura.callmodel.code`.
///
/// Who may call: `sipproxy.proxy`, which routes, and `sipproxy.call`, whose calls use what is armed and
/// tell which was a telephone's last.
///
/// Threads: signalling on the lane of its Call-ID; what is armed, and which call was last, may be asked
/// from any.
///
/// Reading order: [org.koegura.sipproxy.telephone.CodeCalls], `CodeDialog`, `CodeDeeds`, `ToneOffer`,
/// [org.koegura.sipproxy.telephone.Armed], [org.koegura.sipproxy.telephone.LastCalls].
@NullMarked
package org.koegura.sipproxy.telephone;

import org.jspecify.annotations.NullMarked;
