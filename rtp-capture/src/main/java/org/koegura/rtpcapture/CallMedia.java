package org.koegura.rtpcapture;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.capture.Track;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// The media of one call, as the signalling commands it and the writer of its recording tells of it.
///
/// Safe from any thread, and without a state of its own but the ports that are bound: whatever else there is belongs
/// to the call's event loop ([RelayedCall]), where the commands take effect in their order.
final class CallMedia implements MediaSession, Track.Owner {

    private final MediaEvents events;
    private final Ending ending;
    private final RelayedCall call;
    private final CallCommands commands;
    private final BoundLines bound;
    private final ArrivalClock clock;

    CallMedia(
            CallId call,
            MediaLoop loop,
            LineBinder binder,
            MediaEvents events,
            ArrivalClock clock,
            long silenceNanos,
            AudioRelay audio,
            Ending ending) {
        this.events = events;
        this.ending = ending;
        this.call = new RelayedCall(call, loop, binder, events, clock, silenceNanos, audio, ending::caught);
        this.commands = this.call.commands();
        this.bound = new BoundLines(binder, loop);
        this.clock = clock;
    }

    /// Hears of the call's end, and counts what its recording lost to the store. Called on any thread.
    interface Ending {
        void notStored(long packets);

        /// A fault of ours was caught: it failed one packet or one command alone.
        void caught(Throwable fault);

        /// Before anybody is told.
        void accounted(MediaReport report);

        void over(CallMedia media);
    }

    /// Takes up the media of a call that another process relayed. Blocks until its ports are bound; once, before
    /// any command.
    ///
    /// @param first what is commanded before any packet is seen
    /// @throws NoFreePort one of them is not free; nothing is bound
    void resume(Instant since, CallCheckpoint.Media had, Runnable first) throws NoFreePort {
        Map<Integer, LineBinder.BoundLine> fresh = bound.rebind(call, had);
        commands.offer(() -> {
            call.resume(since, had, fresh);
            first.run(); // its commands are worked off with this one
            commands.give(call::takenUp);
        });
    }

    /// Does something on the call's event loop, after what was commanded before and also when the call is over.
    void inTurn(Runnable work) {
        commands.giveInAnyCase(work);
    }

    // ---- from the signalling

    @Override
    public void signalledAt(Leg leg, InetAddress address) {
        bound.signalledAt(leg, address);
    }

    @Override
    public LocalMedia local(int mLine, Leg towards) throws NoFreePort {
        return bound.local(
                call, mLine, towards, (index, fresh) -> commands.giveInAnyCase(() -> call.serve(index, fresh)));
    }

    @Override
    public void together(Runnable given) {
        commands.together(given);
    }

    @Override
    public void audio(int mLine) {
        commands.offer(() -> call.audio(mLine));
    }

    @Override
    public void fax() {
        withoutAudio(Span.Reason.FAX);
    }

    @Override
    public void ignoreFaxTones() {
        commands.offer(() -> call.ignoreFaxTones());
    }

    @Override
    public void encrypted() {
        withoutAudio(Span.Reason.ENCRYPTED);
    }

    /// From the moment it is said: before the loop comes to it, what is no audio may be on its way.
    private void withoutAudio(Span.Reason why) {
        long saidNanos = clock.monotonic();
        commands.offer(() -> call.withoutAudio(why, saidNanos));
    }

    @Override
    public void mayBeEncrypted() {
        commands.offer(() -> call.withhold(Span.Reason.ENCRYPTED));
    }

    @Override
    public void agree(int mLine, Leg leg, RemoteMedia remote) {
        commands.offer(() -> call.agree(mLine, leg, remote));
    }

    @Override
    public void offered(int mLine, List<Integer> payloadTypes) {
        commands.offer(() -> call.offered(mLine, payloadTypes));
    }

    @Override
    public void answered() {
        commands.offerOpening(call::answered);
    }

    @Override
    public void acknowledged() {
        commands.offer(call.notices()::cue);
    }

    @Override
    public void playNotice(Prompt prompt) {
        commands.offer(() -> call.notices().play(prompt));
    }

    @Override
    public void playEarlyNotice(Prompt prompt) {
        commands.offer(() -> call.notices().playEarly(prompt));
    }

    @Override
    public void playRingback() {
        commands.offer(call.notices()::playRingback);
    }

    @Override
    public void stopNotice() {
        commands.offer(call.notices()::stop);
    }

    @Override
    public void replayNotice(Prompt prompt, Consumer<ReplayAnswer> answer) {
        commands.offer(() -> call.notices().replay(prompt, answer));
    }

    @Override
    public void heedCodes(Set<String> codes) {
        Set<String> which = Set.copyOf(codes);
        commands.offer(() -> call.heedCodes(which));
    }

    @Override
    public void confirm(boolean done) {
        commands.offer(() -> call.confirm(done));
    }

    @Override
    public void startCapture(RecordingId recording, CallFacts facts, CaptureBasis basis) {
        commands.offerOpening(() -> call.startCapture(recording, facts, basis, this));
    }

    @Override
    public void bypass(Unrecorded why) {
        commands.offer(() -> call.bypass(why));
    }

    @Override
    public void pauseCapture(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(PAUSE_MAX) > 0) {
            throw new IllegalArgumentException("pause of capture: more than 0 and at most " + PAUSE_MAX + " is needed");
        }
        commands.offer(() -> call.pauseCapture(atMost));
    }

    @Override
    public void resumeCapture() {
        commands.offerOpening(call::resumeCapture);
    }

    @Override
    public void newParty() {
        commands.offer(call::newParty);
    }

    @Override
    public void captureAgain(CaptureBasis basis) {
        commands.offerOpening(() -> call.captureAgain(basis));
    }

    @Override
    public void checkpointed(CallCheckpoint.Media told) {
        commands.offer(() -> call.checkpointed(told));
    }

    @Override
    public void close(EndReason end) {
        // A line that is being bound just now is closed by its own `serve`.
        bound.close();
        commands.give(() -> {
            MediaReport report = call.end(end);
            if (report != null) {
                over(report);
            }
        });
    }

    // ---- from the writer

    @Override
    public void openFailed(StoreFault fault) {
        commands.give(() -> call.openFailed(fault));
    }

    @Override
    public void broken() {
        commands.give(events::captureBroken);
    }

    @Override
    public void notStored(long packets) {
        ending.notStored(packets);
    }

    @Override
    public void sealed(MediaReport report) {
        over(report);
    }

    private void over(MediaReport report) {
        ending.accounted(report);
        events.closed(report);
        ending.over(this);
    }
}
