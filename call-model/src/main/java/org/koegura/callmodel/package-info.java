/// The words that all rooms share: what a call is, who its parties are, what was decided about it and what was kept.
///
/// Glossary, in the words of the ordinance and of the RFCs:
///
/// - *inside party*: whoever speaks from a telephone of the city; *outside party* (相手方): everybody else.
/// - *notice* (告知): the announcement of Art. 4, played to the outside party before anything is recorded.
/// - *exemption*: one of the three grounds of the proviso of Art. 4; the call is recorded *without* notice.
/// - *capture*: keeping a copy of received packets; *withheld*: received and relayed while capture was off.
/// - *seal*: the signed statement of what a recording holds, made once at its end.
///
/// Who may call: every room. The types are immutable values and sealed choices; none touches clock,
/// socket or disk.
///
/// Threads: all types are immutable and safe to hand from thread to thread.
///
/// Reading order: [org.koegura.callmodel.CallFacts], [org.koegura.callmodel.NoticeDecision],
/// [org.koegura.callmodel.CaptureBasis], [org.koegura.callmodel.StreamAccount], [org.koegura.callmodel.CallOutcome],
/// then the ports in `org.koegura.callmodel.port`.
@NullMarked
package org.koegura.callmodel;

import org.jspecify.annotations.NullMarked;
