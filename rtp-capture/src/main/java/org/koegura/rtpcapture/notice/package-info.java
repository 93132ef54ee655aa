/// Plays the notice inside the stream that the outside party hears already (N1, N4), and once more
/// where somebody asks for that (N13).
///
/// Glossary: *join*: giving the inside party's next packet its place after the notice; *pacer*: says when the next
/// frame is due.
///
/// Who may call: the root of `rtpcapture`. What the inside party hears meanwhile is the root's.
///
/// Threads: a player belongs to its call's event loop.
///
/// Reading order: [org.koegura.rtpcapture.notice.NoticePlayer], then
/// [org.koegura.rtpcapture.notice.NoticeReports], the receiver reports that prove it, and
/// [org.koegura.rtpcapture.notice.Replay].
@NullMarked
package org.koegura.rtpcapture.notice;

import org.jspecify.annotations.NullMarked;
