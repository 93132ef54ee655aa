package org.koegura.server.media;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.callmodel.replay.Replayed;

/// One call in a [MediaRoom]: what the signalling would ask for it.
final class RoomCall {

    static final AudioFormat PCMU = new AudioFormat(0, "PCMU", 8000, 20);
    static final int TELEPHONE_EVENT = 101;

    private static final int WAIT_SECONDS = 60;

    final MediaSession session;
    final Told told;
    final RecordingId recording;
    private final MediaRoom room;
    private final CallFacts facts;

    private RoomCall(MediaRoom room, MediaSession session, Told told, CallFacts facts) {
        this.room = room;
        this.session = session;
        this.told = told;
        this.facts = facts;
        this.recording = new RecordingId(facts.call().toString());
    }

    static RoomCall open(MediaRoom room, MediaPlane plane, CallId id) {
        Told told = new Told();
        MediaSession session = plane.open(id, told);
        told.ofCall.complete(session);
        session.audio(0);
        CallFacts facts = new CallFacts(
                id,
                id + "@example.com",
                Direction.INBOUND,
                new Party("sip:201@example.com"),
                new Party("sip:202@example.com"),
                Instant.now());
        return new RoomCall(room, session, told, facts);
    }

    /// Where the room awaits what the party of that leg sends.
    LocalMedia local(Leg leg) throws MediaPlane.NoFreePort {
        return session.local(0, leg);
    }

    /// What one party's description said.
    void agree(Leg leg, InetSocketAddress rtp, InetSocketAddress rtcp, List<AudioFormat> formats) {
        InetAddress signalling = InetAddress.getLoopbackAddress();
        session.agree(0, leg, new RemoteMedia(rtp, rtcp, signalling, formats, List.of(TELEPHONE_EVENT), true));
    }

    /// Two parties that are where they say, answered.
    void connect(Telephone inside, Telephone outside) throws Exception {
        agree(0, PCMU, inside, outside);
        session.answered();
        room.settle();
    }

    /// Two parties of an m-line that are where they say, each under its own keys.
    void agree(int mLine, AudioFormat format, Telephone inside, Telephone outside) throws MediaPlane.NoFreePort {
        inside.sendsTo(session.local(mLine, Leg.INSIDE));
        outside.sendsTo(session.local(mLine, Leg.OUTSIDE));
        session.agree(mLine, Leg.INSIDE, described(inside, format));
        session.agree(mLine, Leg.OUTSIDE, described(outside, format));
    }

    private static RemoteMedia described(Telephone party, AudioFormat format) {
        return new RemoteMedia(
                party.rtpAddress(),
                party.rtcpAddress(),
                InetAddress.getLoopbackAddress(),
                List.of(format),
                List.of(TELEPHONE_EVENT),
                true,
                party.seal().keys());
    }

    /// The ports of ours on an m-line.
    Set<Integer> ports(int mLine) throws MediaPlane.NoFreePort {
        LocalMedia in = session.local(mLine, Leg.INSIDE);
        LocalMedia out = session.local(mLine, Leg.OUTSIDE);
        return Stream.of(in.rtp(), in.rtcp(), out.rtp(), out.rtcp())
                .map(InetSocketAddress::getPort)
                .collect(Collectors.toSet());
    }

    /// Starts capture on an exemption, without a notice, and does not wait.
    void captureExempted() {
        Exemption exemption = new Exemption(Ground.DANGER, null, "operator", Instant.now(), Exemption.Channel.API);
        session.startCapture(recording, facts, new CaptureBasis.Exempted(exemption, Stage.NOTICE));
    }

    /// Ends it, and returns once its recording is sealed.
    MediaReport hangUp() throws InterruptedException {
        session.close(EndReason.HANGUP_INSIDE);
        return told.awaitClosed();
    }

    static StreamAccount account(MediaReport report, Leg leg) {
        return report.accounts().stream()
                .filter(account -> account.leg() == leg)
                .findFirst()
                .orElseThrow();
    }

    /// What the room told of the call.
    static final class Told implements MediaEvents {
        private final CompletableFuture<MediaSession> ofCall = new CompletableFuture<>();
        final CompletableFuture<MediaReport> closed = new CompletableFuture<>();
        final CompletableFuture<Boolean> noticeHeard = new CompletableFuture<>();
        final CompletableFuture<StoreFault> captureFailed = new CompletableFuture<>();

        @Override
        public void noticeStarted() {}

        @Override
        public void noticeHeard(NoticeProof proof) {
            noticeHeard.complete(true);
        }

        @Override
        public void noticeFailed(NoticeFailure failure) {
            noticeHeard.complete(false);
        }

        @Override
        public void earlyNoticeHeard(NoticeProof proof) {}

        @Override
        public void earlyNoticeFailed(NoticeFailure failure) {}

        @Override
        public void replayOver(Replayed replayed) {}

        @Override
        public void captureFailed(StoreFault fault) {
            captureFailed.complete(fault);
        }

        @Override
        public void captureBroken() {}

        @Override
        public void captureResumed(Instant from, Instant to, boolean byItself) {}

        @Override
        public void sealed() {}

        @Override
        public void faxHeard() {}

        @Override
        public void codePressed(String keys) {}

        @Override
        public void silent(long millis) {}

        /// What is told is kept at once: indices of SRTP that it reserves may be used (trap 28).
        @Override
        public void moved(CallCheckpoint.Media now) {
            CompletableFuture<Void> _ = ofCall.thenAccept(session -> session.checkpointed(now));
        }

        @Override
        public void closed(MediaReport report) {
            closed.complete(report);
        }

        MediaReport awaitClosed() throws InterruptedException {
            try {
                return closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException late) {
                throw new AssertionError("the call was not closed in " + WAIT_SECONDS + " s", late);
            }
        }
    }
}
