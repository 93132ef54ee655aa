/// The ports between the rooms: what one room may ask of another, in the words of `org.koegura.callmodel`.
///
/// | port | asked by | answered by |
/// |---|---|---|
/// | [MediaPlane] | sip-proxy | rtp-capture |
/// | [NoticeDesk] | sip-proxy | announcement |
/// | [NoticeSource] | rtp-capture | announcement |
/// | [RecordingSink] | rtp-capture | storage-client |
/// | [RecordingStore] | governance | storage-client |
/// | [HoldRegister] | storage-client | governance |
/// | [Journal] | all | governance |
/// | [Preservations] | sip-proxy | governance |
/// | [StandingExemptions] | sip-proxy | governance |
/// | [LiveCalls] | governance | sip-proxy |
/// | [CallLedger] | sip-proxy | governance |
///
/// Threads: every method says whether it may block. A method that MUST NOT block may be called from an event loop.
@NullMarked
package org.koegura.callmodel.port;

import org.jspecify.annotations.NullMarked;
