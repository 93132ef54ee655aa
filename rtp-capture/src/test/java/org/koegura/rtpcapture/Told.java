package org.koegura.rtpcapture;

import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.replay.Replayed;

/// What the session told its call.
final class Told implements MediaEvents {
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<Replayed> replays = new CopyOnWriteArrayList<>();
    final List<Long> silences = new CopyOnWriteArrayList<>();

    /// The threads that said where the media are.
    final List<String> movedBy = new CopyOnWriteArrayList<>();

    final ConcurrentHashMap<String, Object> last = new ConcurrentHashMap<>();

    @Override
    public void noticeStarted() {
        events.add("noticeStarted");
    }

    @Override
    public void noticeHeard(NoticeProof proof) {
        last.put("proof", proof);
        events.add("noticeHeard");
    }

    @Override
    public void noticeFailed(NoticeFailure failure) {
        last.put("failure", failure);
        events.add("noticeFailed");
    }

    @Override
    public void earlyNoticeHeard(NoticeProof proof) {
        last.put("proof", proof);
        events.add("earlyNoticeHeard");
    }

    @Override
    public void earlyNoticeFailed(NoticeFailure failure) {
        last.put("failure", failure);
        events.add("earlyNoticeFailed");
    }

    @Override
    public void replayOver(Replayed replayed) {
        replays.add(replayed);
        events.add("replayOver");
    }

    @Override
    public void captureFailed(StoreFault fault) {
        events.add("captureFailed");
    }

    @Override
    public void captureBroken() {
        events.add("captureBroken");
    }

    @Override
    public void captureResumed(Instant from, Instant to, boolean byItself) {
        last.put("pause", new Paused(from, to, byItself));
        events.add("captureResumed");
    }

    @Override
    public void sealed() {
        events.add("sealed");
    }

    @Override
    public void faxHeard() {
        events.add("faxHeard");
    }

    @Override
    public void codePressed(String keys) {
        events.add("code " + keys);
    }

    @Override
    public void silent(long millis) {
        silences.add(millis);
        events.add("silent");
    }

    @Override
    public void moved(CallCheckpoint.Media now) {
        movedBy.add(Thread.currentThread().getName());
        last.put("checkpoint", now);
    }

    @Override
    public void closed(MediaReport report) {
        last.put("report", report);
        events.add("closed");
    }

    void awaitEvent(String event) {
        await().atMost(PATIENCE).until(() -> events.contains(event));
    }

    Paused awaitResumed() {
        awaitEvent("captureResumed");
        return Objects.requireNonNull((Paused) last.get("pause"));
    }

    NoticeProof awaitHeard() {
        awaitEvent("noticeHeard");
        return Objects.requireNonNull((NoticeProof) last.get("proof"));
    }

    MediaReport awaitClosed() {
        awaitEvent("closed");
        return Objects.requireNonNull((MediaReport) last.get("report"));
    }

    /// A pause of capture that is over.
    record Paused(Instant from, Instant to, boolean byItself) {}
}
