package org.koegura.sipproxy.call;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.replay.Replayed;

/// Carries what the media plane tells into the call's mailbox. Called from event loops: never blocks.
final class MailedMediaEvents implements MediaEvents {

    private final Mailbox mailbox;
    private final LifeSigns signs;
    private final Checkpoints checkpoints;
    private final boolean heedsFax;

    /// @param heedsFax whether a fax that is heard ends what is kept of the call
    MailedMediaEvents(Mailbox mailbox, LifeSigns signs, Checkpoints checkpoints, boolean heedsFax) {
        this.heedsFax = heedsFax;
        this.mailbox = mailbox;
        this.signs = signs;
        this.checkpoints = checkpoints;
    }

    @Override
    public void noticeStarted() {
        post(new Event.NoticeStarted());
    }

    @Override
    public void noticeHeard(NoticeProof proof) {
        post(new Event.NoticeHeard(proof));
    }

    @Override
    public void noticeFailed(NoticeFailure failure) {
        post(new Event.NoticeFailed(failure));
    }

    @Override
    public void earlyNoticeHeard(NoticeProof proof) {
        post(new Event.EarlyNoticeHeard(proof));
    }

    @Override
    public void earlyNoticeFailed(NoticeFailure failure) {
        post(new Event.EarlyNoticeFailed(failure));
    }

    @Override
    public void replayOver(Replayed replayed) {
        mailbox.offer(new Mailbox.Letter.Replayed(replayed));
    }

    @Override
    public void captureFailed(StoreFault fault) {
        post(new Event.CaptureFailed());
    }

    @Override
    public void captureBroken() {
        post(new Event.CaptureBroken());
    }

    @Override
    public void captureResumed(Instant from, Instant to, boolean byItself) {
        mailbox.offer(new Mailbox.Letter.Resumed(from, to, byItself));
    }

    @Override
    public void sealed() {
        mailbox.offer(new Mailbox.Letter.Sealed());
    }

    @Override
    public void faxHeard() {
        if (heedsFax) { // else it was heard before the media knew
            post(new Event.Forbidden(Unrecorded.FAX));
        }
    }

    @Override
    public void codePressed(String keys) {
        mailbox.offer(new Mailbox.Letter.Pressed(keys));
    }

    /// Trap 22: a proxy cannot send BYE, and hold is not death.
    @Override
    public void silent(long millis) {
        @Nullable EndReason how = signs.over(millis);
        if (how != null) {
            post(new Event.Lost(how));
        }
    }

    @Override
    public void moved(CallCheckpoint.Media now) {
        checkpoints.media(now);
    }

    @Override
    public void closed(MediaReport report) {
        post(new Event.MediaClosed(report));
    }

    private void post(Event event) {
        mailbox.offer(new Mailbox.Letter.Happened(event));
    }
}
