package org.koegura.sipproxy.call;

import java.lang.ref.WeakReference;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.callmodel.port.ToneSession;
import org.koegura.callmodel.replay.ReplayAnswer;

/// A media plane without sockets: it hands out addresses of 127.0.0.1 and writes down what it was asked.
public final class FakeMediaPlane implements MediaPlane {

    private final Map<CallId, Session> sessions = new ConcurrentHashMap<>();
    private int nextPort = 30_000;
    private int portPairs;

    /// @param portPairs pairs of RTP and RTCP ports it has to give
    public FakeMediaPlane(int portPairs) {
        this.portPairs = portPairs;
    }

    /// Other calls end, and give back so many pairs.
    public synchronized void free(int pairs) {
        portPairs += pairs;
    }

    @Override
    public Session open(CallId call, MediaEvents events) {
        Session session = new Session(events);
        sessions.put(call, session);
        return session;
    }

    @Override
    public Session resume(CallId call, Instant answeredAt, CallCheckpoint.Media media, MediaEvents events)
            throws NoFreePort {
        Session session = open(call, events);
        for (CallCheckpoint.Line line : media.lines()) {
            session.had(line);
        }
        session.done.add("resumed");
        return session;
    }

    private final List<Tone> tones = new CopyOnWriteArrayList<>();

    /// Tones that were opened, in their order.
    public List<Tone> tones() {
        return List.copyOf(tones);
    }

    @Override
    public Tone tone(InetAddress party) throws NoFreePort {
        Tone tone = new Tone(pair(party instanceof Inet6Address));
        tones.add(tone);
        return tone;
    }

    /// A tone that is heard at once, in PCMU.
    public static final class Tone implements ToneSession {

        private final LocalMedia local;
        private final List<String> done = new CopyOnWriteArrayList<>();

        Tone(LocalMedia local) {
            this.local = local;
        }

        /// What was asked of it.
        public List<String> done() {
            return List.copyOf(done);
        }

        @Override
        public LocalMedia local() {
            return local;
        }

        @Override
        public boolean speaks(AudioFormat format) {
            return format.encodingName().equals("PCMU");
        }

        @Override
        public void expect(InetSocketAddress rtp, InetAddress signalling) {
            done.add("expect " + rtp.getPort());
        }

        @Override
        public void speak(AudioFormat format, Runnable over) {
            done.add("speak " + format.encodingName());
            over.run();
        }

        @Override
        public void close() {
            done.add("close");
        }
    }

    @Override
    public synchronized int freePorts() {
        return portPairs * 2;
    }

    /// How many were opened here and not closed.
    public long open() {
        return sessions.values().stream()
                .filter(session -> session.done.stream().noneMatch(act -> act.startsWith("close ")))
                .count();
    }

    /// The media of a call that was opened here.
    public Session of(CallId call) {
        return Objects.requireNonNull(sessions.get(call));
    }

    /// Forgets a call's media, and tells whether anybody else still holds them.
    public WeakReference<MediaSession> letGo(CallId call) {
        return new WeakReference<>(Objects.requireNonNull(sessions.remove(call)));
    }

    private synchronized LocalMedia pair(boolean six) throws NoFreePort {
        if (portPairs == 0) {
            throw new NoFreePort("none left", null);
        }
        portPairs--;
        nextPort += 2;
        InetAddress loopback = InetAddress.ofLiteral(six ? "::1" : "127.0.0.1");
        return new LocalMedia(
                new InetSocketAddress(loopback, nextPort - 2), new InetSocketAddress(loopback, nextPort - 1));
    }

    /// One call's media: tells what was done to it, and lets a test tell the call what happens.
    public final class Session implements MediaSession {

        private final MediaEvents events;
        private final Map<Integer, Map<Leg, LocalMedia>> ports = new HashMap<>();
        private final Map<Integer, Map<Leg, RemoteMedia>> agreed = new ConcurrentHashMap<>();
        private final List<RemoteMedia> agreements = new CopyOnWriteArrayList<>();
        private final Set<Leg> six = EnumSet.noneOf(Leg.class);
        private final List<String> done = new CopyOnWriteArrayList<>();
        private final List<CallCheckpoint.Media> checkpointed = new CopyOnWriteArrayList<>();
        private final List<List<Integer>> offered = new CopyOnWriteArrayList<>();
        private volatile @Nullable CaptureBasis basis;
        private volatile @Nullable MediaReport atClose = new MediaReport(List.of(), List.of(), null);

        private volatile @Nullable ReplayAnswer replayAnswer = ReplayAnswer.PLAYS;

        private Session(MediaEvents events) {
            this.events = events;
        }

        /// What the call hears of its media.
        public MediaEvents events() {
            return events;
        }

        /// Everything that was asked, in order, agreements aside: `answered`, `playNotice`, `startCapture` …
        public List<String> done() {
            return List.copyOf(done);
        }

        /// What a party was last agreed to receive; null where nothing was.
        public @Nullable RemoteMedia agreed(int mLine, Leg leg) {
            return agreed.getOrDefault(mLine, Map.of()).get(leg);
        }

        /// Everything that any party was ever agreed to receive, in order.
        public List<RemoteMedia> agreements() {
            return List.copyOf(agreements);
        }

        /// The payload types of each offer in mid-call, in order.
        public List<List<Integer>> offered() {
            return List.copyOf(offered);
        }

        /// The basis of the capture; null where none was started.
        public @Nullable CaptureBasis basis() {
            return basis;
        }

        /// What to report as soon as it is closed; null lets the test report by itself.
        public void reportAtClose(@Nullable MediaReport report) {
            atClose = report;
        }

        /// What is said of each replay that is asked for; null for nothing.
        public void answersReplay(@Nullable ReplayAnswer answer) {
            replayAnswer = answer;
        }

        @Override
        public void replayNotice(Prompt prompt, Consumer<ReplayAnswer> answer) {
            done.add("replayNotice " + prompt.id());
            ReplayAnswer said = replayAnswer;
            if (said != null) {
                answer.accept(said);
            }
        }

        @Override
        public void heedCodes(Set<String> codes) {
            done.add("heedCodes " + new TreeSet<>(codes));
        }

        @Override
        public void newParty() {
            done.add("newParty");
        }

        @Override
        public void captureAgain(CaptureBasis again) {
            done.add("captureAgain");
            basis = again;
        }

        @Override
        public void confirm(boolean asked) {
            done.add(asked ? "confirmDone" : "confirmNotDone");
        }

        @Override
        public void ignoreFaxTones() {
            done.add("ignoreFaxTones");
        }

        @Override
        public synchronized void signalledAt(Leg leg, InetAddress address) {
            if (address instanceof Inet6Address) {
                six.add(leg);
            }
        }

        @Override
        public synchronized LocalMedia local(int mLine, Leg towards) throws NoFreePort {
            Map<Leg, LocalMedia> line = ports.get(mLine);
            if (line == null) {
                line = new EnumMap<>(Leg.class);
                line.put(Leg.INSIDE, pair(six.contains(Leg.INSIDE)));
                line.put(Leg.OUTSIDE, pair(six.contains(Leg.OUTSIDE)));
                ports.put(mLine, line);
            }
            return Objects.requireNonNull(line.get(towards));
        }

        private synchronized void had(CallCheckpoint.Line line) throws NoFreePort {
            if (portPairs == 0) {
                throw new NoFreePort("somebody has it", null);
            }
            Map<Leg, LocalMedia> both = new EnumMap<>(Leg.class);
            both.put(Leg.INSIDE, local(line.inside()));
            both.put(Leg.OUTSIDE, local(line.outside()));
            ports.put(line.mLine(), both);
        }

        private static LocalMedia local(CallCheckpoint.Side side) {
            InetSocketAddress rtp = side.rtp();
            return new LocalMedia(rtp, new InetSocketAddress(rtp.getAddress(), rtp.getPort() + 1));
        }

        /// What a process would need that takes these media up.
        public synchronized CallCheckpoint.Media checkpoint() {
            return new CallCheckpoint.Media(
                    ports.entrySet().stream()
                            .map(line -> new CallCheckpoint.Line(
                                    line.getKey(),
                                    side(line.getValue(), Leg.INSIDE),
                                    side(line.getValue(), Leg.OUTSIDE)))
                            .toList(),
                    null);
        }

        private static CallCheckpoint.Side side(Map<Leg, LocalMedia> line, Leg leg) {
            return new CallCheckpoint.Side(Objects.requireNonNull(line.get(leg)).rtp(), null, null, null, null);
        }

        @Override
        public void audio(int mLine) {
            done.add("audio " + mLine);
        }

        @Override
        public void fax() {
            done.add("fax");
        }

        @Override
        public void encrypted() {
            done.add("sealed");
        }

        @Override
        public void mayBeEncrypted() {
            done.add("may be sealed");
        }

        @Override
        public void agree(int mLine, Leg leg, RemoteMedia remote) {
            agreements.add(remote);
            agreed.computeIfAbsent(mLine, _ -> new ConcurrentHashMap<>()).put(leg, remote);
        }

        @Override
        public void offered(int mLine, List<Integer> payloadTypes) {
            offered.add(payloadTypes);
        }

        @Override
        public void answered() {
            done.add("answered");
        }

        @Override
        public void acknowledged() {
            done.add("acknowledged");
        }

        @Override
        public void playNotice(Prompt prompt) {
            done.add("playNotice");
        }

        @Override
        public void playEarlyNotice(Prompt prompt) {
            done.add("playEarlyNotice");
        }

        @Override
        public void playRingback() {
            done.add("playRingback");
        }

        @Override
        public void stopNotice() {
            done.add("stopNotice");
        }

        @Override
        public void startCapture(RecordingId recording, CallFacts facts, CaptureBasis why) {
            basis = why;
            done.add("startCapture");
        }

        @Override
        public void bypass(Unrecorded why) {
            done.add("bypass " + why);
        }

        @Override
        public void pauseCapture(Duration atMost) {
            done.add("pauseCapture " + atMost);
        }

        @Override
        public void resumeCapture() {
            done.add("resumeCapture");
        }

        @Override
        public void checkpointed(CallCheckpoint.Media told) {
            checkpointed.add(told);
        }

        /// What is known to be found by the next process.
        public List<CallCheckpoint.Media> checkpointed() {
            return List.copyOf(checkpointed);
        }

        @Override
        public void close(EndReason end) {
            done.add("close " + end);
            MediaReport report = atClose;
            if (report != null) {
                events.closed(report);
            }
        }
    }
}
