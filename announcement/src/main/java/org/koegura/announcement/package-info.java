/// The notice of Art. 4: which call is announced, and the words as RTP payloads ready to send.
///
/// Glossary:
///
/// - *prompt*: one version of the spoken notice; its audio file never changes under the same id.
/// - *frame*: one RTP payload of a prompt, as long as the negotiated packet time.
/// - *lead-in*: at least 300 ms of silence before the words, so that the far end's audio path is open when they come.
/// - *line*: a telephone of the city, as the book of lines says whose it is and what becomes of its calls.
/// - *policy*: the pure decision whether a call is announced and then recorded, or left unrecorded; its *form* is its
///   one text, and its *version* the hash of that.
/// - *schedule*: what becomes of a line's calls at other times than usual.
///
/// Who may call: server opens it by [org.koegura.announcement.Announcement] and hands its two ports on, `NoticeDesk`
/// to sip-proxy and `NoticeSource` to rtp-capture. Its command `prompt` keeps the city's own notices by
/// [org.koegura.announcement.OwnPrompts], the only one here that writes; a start reads them.
///
/// Threads: everything but that one is made once at the opening and immutable after it; both ports are safe on event
/// loops. The
/// opening encodes on all processors, and can itself run in the background.
///
/// Reading order: [org.koegura.announcement.Announcement], `NoticePolicy`, `LineBook`,
/// [org.koegura.announcement.LinePolicy], [org.koegura.announcement.Schedule], [org.koegura.announcement.Holidays],
/// [org.koegura.announcement.PolicyForm], `PromptBook`, `PromptShelf`, [org.koegura.announcement.OwnPrompts],
/// `PromptCheck`, `FrameCutter`, `ForeignCodec`.
@NullMarked
package org.koegura.announcement;

import org.jspecify.annotations.NullMarked;
