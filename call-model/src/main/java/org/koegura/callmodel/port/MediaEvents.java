package org.koegura.callmodel.port;

import java.time.Instant;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.replay.Replayed;

/// What a [MediaSession] tells the call it belongs to. Implementations MUST NOT block: they post to the call's mailbox.
public interface MediaEvents {

    /// The first packet of the notice was sent.
    void noticeStarted();

    /// The notice was sent in full and nothing speaks against its having been heard.
    void noticeHeard(NoticeProof proof);

    /// The notice was not heard in full, and will not be tried again.
    void noticeFailed(NoticeFailure failure);

    /// The same of a notice that was asked for before the answer ([MediaSession#playEarlyNotice]).
    void earlyNoticeHeard(NoticeProof proof);

    /// Such a notice was not heard in full, and will not be tried again unless it is asked for again.
    void earlyNoticeFailed(NoticeFailure failure);

    /// A replay is over ([MediaSession#replayNotice]): once for each that was said to play.
    void replayOver(Replayed replayed);

    /// The recording could not be opened; capture is off, nothing of the call is kept.
    void captureFailed(StoreFault fault);

    /// Capture broke off, as a rule because the store failed: what the recording has is kept, what comes from now on
    /// is not.
    void captureBroken();

    /// A pause of capture is over, exactly once for each: by command, by the end of the call, or by itself.
    ///
    /// @param from when it took effect
    /// @param to when it was over
    /// @param byItself whether nobody ended it in time ([MediaSession#pauseCapture])
    void captureResumed(Instant from, Instant to, boolean byItself);

    /// The parties have agreed on keys in the stream itself (ZRTP, RFC 6189): from now on nobody can read what they
    /// say, and nothing of it is kept. At most once.
    void sealed();

    /// A fax machine or a modem was heard in what a party sends (N11). The plane has stopped the notice already, and
    /// nothing more of the call is kept or announced. At most once.
    void faxHeard();

    /// The inside party pressed one of the codes of [MediaSession#heedCodes]; the outside party has
    /// heard nothing of it. What comes of it is confirmed by [MediaSession#confirm].
    void codePressed(String keys);

    /// Neither leg received a packet for the session's silence limit; repeated while it lasts.
    void silent(long millis);

    /// Something changed that a process would need that takes the call up: a source, the numbers of a stream, or
    /// whether its audio may be kept. Told within a second, and at once of a pause and before a notice begins.
    void moved(CallCheckpoint.Media now);

    /// All is over: ports free, recording sealed. The last event.
    void closed(MediaReport report);
}
