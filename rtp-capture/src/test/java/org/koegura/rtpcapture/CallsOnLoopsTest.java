package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.rtpcapture.LoopbackCall.Telephone;
import org.koegura.rtpcapture.socket.MediaSocket;
import org.koegura.rtpcapture.socket.MediaTransport;

/// Which thread handles what: both legs of a call are one event loop's, and the calls are spread over all loops.
class CallsOnLoopsTest {

    private static final int LOOPS = 2;
    private static final int CALLS = 4;
    private static final int PACKETS = 50;
    private static final byte[] RECEIVER_REPORT = HexFormat.of().parseHex("80c9000111223344");

    private final Random random = new Random(17);

    @ParameterizedTest
    @ValueSource(strings = {"best", "channels"})
    void everyPacketOfBothLegsOfACallIsHandledByOneThreadAndTheCallsAreSpreadOverAll(String transport)
            throws Exception {
        Watched watched = new Watched(transport.equals("best") ? MediaTransport.best() : MediaTransport.channels());
        try (LoopbackCall first = new LoopbackCall(onLoops(), watched, 25)) {
            List<Talk> talks = talks(first);
            try {
                for (int i = 0; i < PACKETS; i++) {
                    for (Talk talk : talks) {
                        talk.say(i);
                    }
                }
                Map<String, Integer> callsOf = new ConcurrentHashMap<>();
                for (Talk talk : talks) {
                    talk.awaitAll();
                    Set<String> threads = new HashSet<>();
                    for (Leg leg : Leg.values()) {
                        List<String> ofRtp =
                                watched.handled(talk.session.local(0, leg).rtp());
                        assertThat(ofRtp).as("RTP on the %s leg", leg).hasSize(PACKETS);
                        List<String> ofRtcp =
                                watched.handled(talk.session.local(0, leg).rtcp());
                        assertThat(ofRtcp).as("RTCP on the %s leg", leg).hasSize(PACKETS);
                        threads.addAll(ofRtp);
                        threads.addAll(ofRtcp);
                    }
                    assertThat(threads)
                            .as("threads of one call")
                            .singleElement()
                            .satisfies(thread -> assertThat(thread).startsWith("media-"));
                    callsOf.merge(threads.iterator().next(), 1, Integer::sum);
                }
                assertThat(callsOf).as("calls of each loop").hasSize(LOOPS);
                assertThat(new TreeSet<>(callsOf.values())).containsExactly(CALLS / LOOPS);
            } finally {
                talks.forEach(Talk::close);
            }
        }
    }

    /// All of them agreed, on either side.
    private List<Talk> talks(LoopbackCall first) throws Exception {
        List<Talk> talks = new ArrayList<>();
        talks.add(new Talk(first.session));
        for (int i = 1; i < CALLS; i++) {
            CallId call =
                    new CallId(HexFormat.of().formatHex(new byte[] {(byte) i}).repeat(16));
            talks.add(new Talk(first.room.plane().open(call, new Told())));
        }
        for (int i = 0; i < LOOPS; i++) {
            first.settle(); // each time on the next loop
        }
        return talks;
    }

    private static RtpCapture.Settings onLoops() throws Exception {
        RtpCapture.Settings usual = LoopbackCall.settings(1 << 20);
        return new RtpCapture.Settings(
                usual.mediaAddresses(),
                usual.firstPort(),
                usual.lastPort(),
                usual.portQuiet(),
                LOOPS,
                usual.ringBytes(),
                usual.silenceLimit(),
                usual.typeOfService(),
                usual.closeLimit(),
                usual.insideHears(),
                usual.byKernel());
    }

    /// One call of them.
    private final class Talk implements AutoCloseable {
        final MediaSession session;
        final Telephone inside = new Telephone();
        final Telephone outside = new Telephone();

        Talk(MediaSession session) throws NoFreePort {
            this.session = session;
            session.audio(0);
            inside.sendsTo(session.local(0, Leg.INSIDE));
            outside.sendsTo(session.local(0, Leg.OUTSIDE));
            session.agree(0, Leg.INSIDE, inside.media(true));
            session.agree(0, Leg.OUTSIDE, outside.media(true));
            session.answered();
        }

        void say(int number) {
            inside.say(Packets.rtp(random, 8, number, 160 * number, 1));
            outside.say(Packets.rtp(random, 0, number, 160 * number, 2));
            inside.report(RECEIVER_REPORT);
            outside.report(RECEIVER_REPORT);
        }

        void awaitAll() {
            inside.awaitHeard(PACKETS);
            outside.awaitHeard(PACKETS);
            Awaitility.await()
                    .atMost(LoopbackCall.PATIENCE)
                    .until(() -> inside.reports.size() == PACKETS && outside.reports.size() == PACKETS);
        }

        @Override
        public void close() {
            inside.close();
            outside.close();
        }
    }

    /// Writes down the thread that is given each packet, by the port that it came in on.
    private static final class Watched implements MediaTransport {
        private final MediaTransport usual;
        private final Map<Integer, List<String>> byPort = new ConcurrentHashMap<>();

        Watched(MediaTransport usual) {
            this.usual = usual;
        }

        List<String> handled(InetSocketAddress port) {
            return byPort.getOrDefault(port.getPort(), List.of());
        }

        @Override
        public String name() {
            return usual.name();
        }

        @Override
        public IoHandlerFactory handlers() {
            return usual.handlers();
        }

        @Override
        public boolean tellsErrors() {
            return usual.tellsErrors();
        }

        @Override
        public List<Opened> open(EventLoop loop, List<Asked> asked) {
            return usual.open(loop, asked.stream().map(this::watched).toList());
        }

        private Asked watched(Asked asked) {
            List<String> threads = byPort.computeIfAbsent(asked.address().getPort(), _ -> new CopyOnWriteArrayList<>());
            return new Asked(
                    asked.address(),
                    asked.typeOfService(),
                    asked.tellsErrors(),
                    new WatchedReader(asked.reader(), threads));
        }
    }

    private record WatchedReader(MediaSocket.Reader usual, List<String> threads) implements MediaSocket.Reader {

        @Override
        public void received(ByteBuf datagram, InetSocketAddress sender, boolean cutOff) {
            threads.add(Thread.currentThread().getName());
            usual.received(datagram, sender, cutOff);
        }

        @Override
        public void passed(ByteBuf datagram, InetSocketAddress sender, long arrivalNanos) {
            threads.add(Thread.currentThread().getName());
            usual.passed(datagram, sender, arrivalNanos);
        }

        @Override
        public void drained() {
            usual.drained();
        }

        @Override
        public void failed(Throwable cause) {
            usual.failed(cause);
        }
    }
}
