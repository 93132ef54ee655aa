package org.koegura.rtpcapture;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.replay.Replayed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The media of calls that another process left when it died: relayed by what was agreed, before there is anybody
/// who controls them. Nothing of them is kept, and no notice is played, until somebody does.
///
/// Bounded by the calls that were left. Safe from any thread.
final class TakenUp {

    private static final Logger LOG = LoggerFactory.getLogger(TakenUp.class);

    private final BiFunction<CallId, MediaEvents, CallMedia> open;
    private final CallMedia.Ending ending;
    private final Map<CallCheckpoint.Media, Waiting> waiting = new ConcurrentHashMap<>();

    /// @param open makes the media of a call, without ports
    /// @param ending hears of one that could not be taken up
    TakenUp(BiFunction<CallId, MediaEvents, CallMedia> open, CallMedia.Ending ending) {
        this.open = open;
        this.ending = ending;
    }

    /// Media that wait for whoever controls them.
    private record Waiting(CallMedia media, LaterEvents events) {}

    /// Takes up the media of all of them, one after the other: the first is relayed before the last is bound.
    /// Blocks. One that lacks a port is left out; who asks for it is told.
    void takeUp(List<CallCheckpoint> left) {
        for (CallCheckpoint call : left) {
            LaterEvents events = new LaterEvents();
            CallMedia media = open.apply(call.facts().call(), events);
            try {
                media.resume(call.answeredAt(), call.media(), () -> agree(media, call));
                waiting.put(call.media(), new Waiting(media, events));
            } catch (NoFreePort taken) {
                ending.over(media);
                LOG.warn("media.not.taken.up call={} cause=\"{}\"", call.facts().call(), taken.getMessage());
            }
        }
    }

    /// As the signalling does when it comes.
    private static void agree(CallMedia media, CallCheckpoint call) {
        CallCheckpoint.Agreed agreed = call.agreed();
        if (isAnchored(call, agreed.audio())) {
            media.audio(agreed.audio());
        }
        for (Leg leg : Leg.values()) {
            List<RemoteMedia> remotes = leg == Leg.INSIDE ? agreed.inside() : agreed.outside();
            for (int mLine = 0; mLine < remotes.size(); mLine++) {
                if (isAnchored(call, mLine)) {
                    media.agree(mLine, leg, remotes.get(mLine));
                }
            }
        }
    }

    private static boolean isAnchored(CallCheckpoint call, int mLine) {
        return call.media().lines().stream().anyMatch(line -> line.mLine() == mLine);
    }

    /// Hands over to whoever controls the call from now on; null where its media were not taken up.
    ///
    /// @param events what is told from now on, beginning with what was told last; on the call's event loop
    @Nullable
    CallMedia handOver(CallCheckpoint.Media had, MediaEvents events) {
        Waiting taken = waiting.remove(had);
        if (taken == null) {
            return null;
        }
        taken.media().inTurn(() -> taken.events().to(events));
        return taken.media();
    }

    /// Tells nobody, until there is somebody. Capture and notice are not asked for before: what is told until
    /// then is where the media are, of which the last counts, that they were sealed or are a fax, silence, which is
    /// told again, the end of a pause that the process before began, and the end of this one.
    ///
    /// Where the media are is told and handed over on the call's event loop alone: what is newest comes last to
    /// the receiver too.
    private static final class LaterEvents implements MediaEvents {

        /// The end of the call is told by other threads too.
        private volatile @Nullable MediaEvents receiver;

        private CallCheckpoint.@Nullable Media last;
        private boolean sealed;
        private boolean faxHeard;

        void to(MediaEvents events) {
            receiver = events;
            CallCheckpoint.Media moved = last;
            if (moved != null) {
                events.moved(moved);
            }
            if (sealed) {
                events.sealed();
            }
            if (faxHeard) {
                events.faxHeard();
            }
        }

        @Override
        public void moved(CallCheckpoint.Media now) {
            last = now;
            tell(to -> to.moved(now));
        }

        @Override
        public void noticeStarted() {
            tell(to -> to.noticeStarted());
        }

        @Override
        public void noticeHeard(NoticeProof proof) {
            tell(to -> to.noticeHeard(proof));
        }

        @Override
        public void noticeFailed(NoticeFailure failure) {
            tell(to -> to.noticeFailed(failure));
        }

        @Override
        public void replayOver(Replayed replayed) {
            tell(to -> to.replayOver(replayed));
        }

        @Override
        public void earlyNoticeHeard(NoticeProof proof) {
            tell(to -> to.earlyNoticeHeard(proof));
        }

        @Override
        public void earlyNoticeFailed(NoticeFailure failure) {
            tell(to -> to.earlyNoticeFailed(failure));
        }

        @Override
        public void captureFailed(StoreFault fault) {
            tell(to -> to.captureFailed(fault));
        }

        @Override
        public void captureBroken() {
            tell(to -> to.captureBroken());
        }

        @Override
        public void captureResumed(Instant from, Instant to, boolean byItself) {
            tell(event -> event.captureResumed(from, to, byItself));
        }

        @Override
        public void sealed() {
            sealed = true;
            tell(to -> to.sealed());
        }

        @Override
        public void faxHeard() {
            faxHeard = true;
            tell(to -> to.faxHeard());
        }

        @Override
        public void codePressed(String keys) {
            tell(to -> to.codePressed(keys));
        }

        @Override
        public void silent(long millis) {
            tell(to -> to.silent(millis));
        }

        @Override
        public void closed(MediaReport report) {
            tell(to -> to.closed(report));
        }

        private void tell(Consumer<MediaEvents> event) {
            MediaEvents to = receiver;
            if (to != null) {
                event.accept(to);
            }
        }
    }
}
