package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PCMU;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;
import static org.koegura.rtpcapture.LoopbackCall.TELEPHONE_EVENT;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StreamAccount;
import org.koegura.rtpcapture.socket.MediaTransport;

/// Notices on real sockets whose parties, networks and numbers are not the usual ones.
class NoticeUnderTroubleTest {

    private static final AudioFormat PCMA_30 = new AudioFormat(8, "PCMA", 8000, 30);
    private static final int INSIDE_SSRC = 0x11223344;

    private final Random random = new Random(9);
    private final ScheduledExecutorService talk = Executors.newScheduledThreadPool(1);
    private final AtomicInteger spoken = new AtomicInteger();

    @AfterEach
    void silence() {
        talk.shutdownNow();
    }

    @Test
    void aNoticeInPacketsOfThirtyMillisecondsCrossesTheSequenceWrapUnbroken() throws Exception {
        try (LoopbackCall call = announcing(LoopbackCall.frames(PCMA_30, 30))) {
            call.outside.formats = List.of(PCMA_30);
            call.connected();
            insideSpeaks(call, 65_520, PCMA_30);
            call.outside.awaitHeard(5);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            NoticeProof proof = call.told.awaitHeard();
            call.outside.awaitHeard(call.outside.heard.size() + 5);

            assertThat(proof.format()).isEqualTo(PCMA_30);
            assertThat(proof.lastSequence()).as("across the wrap").isLessThan(proof.firstSequence());
            assertThat(proof.packets()).isEqualTo(30);
            assertUnbroken(seen(call), 240);
            List<Packets.Seen> notice = seen(call).stream()
                    .filter(packet -> inNotice(proof, packet))
                    .toList();
            assertThat(notice).extracting(Packets.Seen::payloadType).containsOnly(8);
            assertThat(notice)
                    .extracting(packet -> packet.payload().array())
                    .containsExactlyElementsOf(call.notice.frames());
            assertThat(notice.getLast().timestamp() - notice.getFirst().timestamp())
                    .isEqualTo(29 * 240);
        }
    }

    @Test
    void aStoppedNoticeEndsAtOnceAndTheStreamGoesOnUnbroken() throws Exception {
        try (LoopbackCall call = announcing(LoopbackCall.frames(PCMU, 400))) {
            call.connected();
            insideSpeaks(call, 100, PCMU);
            call.outside.awaitHeard(3);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            await().atMost(PATIENCE)
                    .until(() -> seen(call).stream().anyMatch(packet -> isNotice(call.notice, packet.payload())));
            long noticeNanos = System.nanoTime();
            call.session.stopNotice();
            call.settle();
            long tookNanos = System.nanoTime() - noticeNanos;
            long played = noticePackets(call);
            call.outside.awaitHeard(call.outside.heard.size() + 10);

            assertThat(Duration.ofNanos(tookNanos)).isLessThan(Duration.ofMillis(300));
            assertThat(noticePackets(call) - played)
                    .as("what was on its way when it was stopped")
                    .isBetween(0L, 1L);
            assertThat(isNotice(call.notice, seen(call).getLast().payload())).isFalse();
            assertUnbroken(seen(call), 160);
            assertThat(call.told.events).containsExactly("noticeStarted");
        }
    }

    @Test
    void aTelephoneEventPassesWholeAndTheNoticeIsPlayedAfterIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.outside.awaitHeard(5);
            for (int i = 0; i < 6; i++) {
                byte[] event = {5, (byte) (i < 3 ? 10 : 0x8A), 0, (byte) (160 * Math.min(i, 3) / 8)};
                call.inside.say(Packets.rtp(i == 0 ? 0x80 | TELEPHONE_EVENT : TELEPHONE_EVENT, 50 + i, 999, 4, event));
                await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            }
            NoticeProof proof = call.told.awaitHeard();

            List<Packets.Seen> events = seen(call).stream()
                    .filter(packet -> packet.payloadType() == TELEPHONE_EVENT)
                    .toList();
            assertThat(events).hasSize(6);
            assertThat(events.getFirst().marker()).isTrue();
            assertThat(events)
                    .extracting(Packets.Seen::timestamp)
                    .containsOnly(events.getFirst().timestamp());
            assertThat(events.getLast().payload().get(1)).isEqualTo((byte) 0x8A);
            assertThat((events.getLast().sequence() - events.getFirst().sequence()) & 0xFFFF)
                    .as("nothing is played between them")
                    .isEqualTo(5);
            assertThat(proof.attempt()).isEqualTo(1);
            assertThat(proof.packets()).isEqualTo(25);
            assertThat((proof.lastSequence() - proof.firstSequence()) & 0xFFFF).isEqualTo(24);
        }
    }

    @Test
    void aClosedPortThatNeverSentAnythingFailsTheNotice() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.outside.rtp.close();
            call.session.playNotice(PROMPT);
            call.session.acknowledged();

            call.told.awaitEvent("noticeFailed");
            assertThat(call.told.last).containsEntry("failure", NoticeFailure.UNREACHABLE);
            assertThat(call.told.events).doesNotContain("noticeHeard");
            assertThat(busyMillis(300))
                    .as("no error is left in the queue that keeps the loop awake")
                    .isLessThan(200);
        }
    }

    @Test
    void aPortThatOpensInTimeHearsTheRepeat() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            var at = call.outside.address();
            call.outside.rtp.close();
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeStarted");
            try (DatagramSocket open = new DatagramSocket(at)) {
                assertThat(call.told.awaitHeard().attempt()).isEqualTo(2);
                assertThat(open.isBound()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201})
    void reportsOfMoreThanFivePercentLossRepeatTheNoticeOnceAndThenLeaveTheCallUnrecorded(int reportType)
            throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            var _ = talk.scheduleAtFixedRate(() -> reportLoss(call, reportType), 100, 100, TimeUnit.MILLISECONDS);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeFailed");

            assertThat(call.told.last).containsEntry("failure", NoticeFailure.LOSS);
            assertThat(noticePackets(call))
                    .as("it was repeated once")
                    .isEqualTo(2L * call.notice.frames().size());
            MediaReport report = call.hangUp();
            assertThat(report.seal()).isNull();
            assertThat(report.accounts()).extracting(StreamAccount::recorded).containsOnly(0L);
        }
    }

    @Test
    void aPartyLearntElsewhereHearsTheNoticeThere() throws Exception {
        try (LoopbackCall call = announcing(LoopbackCall.frames(PCMU, 40));
                LoopbackCall.Telephone translated = new LoopbackCall.Telephone()) {
            // 127.0.0.2 is what it believes to be; its signalling, and then its media, come from 127.0.0.1.
            call.session.audio(0);
            translated.sendsTo(call.session.local(0, Leg.OUTSIDE));
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            var believed = new InetSocketAddress(
                    InetAddress.ofLiteral("127.0.0.2"), call.outside.address().getPort());
            RemoteMedia media = new RemoteMedia(
                    believed, believed, call.outside.address().getAddress(), List.of(PCMU), List.of(), true);
            call.session.agree(0, Leg.OUTSIDE, media);
            call.session.answered();
            call.session.playNotice(PROMPT);
            // again and again, as a telephone does: a packet that is read before the agreement is a stranger's
            AtomicInteger sequence = new AtomicInteger();
            var _ = talk.scheduleAtFixedRate(
                    () -> {
                        int next = sequence.incrementAndGet();
                        translated.say(Packets.rtp(random, 0, next, 160 * next, 2));
                    },
                    0,
                    20,
                    TimeUnit.MILLISECONDS);

            NoticeProof proof = call.told.awaitHeard();
            translated.awaitHeard(proof.packets());
            assertThat(translated.heard.stream().map(Packets.Seen::of).filter(packet -> inNotice(proof, packet)))
                    .hasSize(40);
        }
    }

    /// Processor time of the event loop within the time given.
    private static long busyMillis(int millis) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long loop = LoopbackCall.loopThread();
        long before = threads.getThreadCpuTime(loop);
        await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
        return TimeUnit.NANOSECONDS.toMillis(threads.getThreadCpuTime(loop) - before);
    }

    private static LoopbackCall announcing(NoticeFrames frames) throws Exception {
        return new LoopbackCall(LoopbackCall.settings(1 << 20), MediaTransport.best(), frames);
    }

    private void insideSpeaks(LoopbackCall call, int firstSequence, AudioFormat format) {
        var _ = talk.scheduleAtFixedRate(
                () -> {
                    int i = spoken.getAndIncrement();
                    byte[] payload = new byte[format.ticksPerPacket()];
                    random.nextBytes(payload);
                    call.inside.say(Packets.rtp(
                            format.payloadType(),
                            firstSequence + i,
                            format.ticksPerPacket() * i,
                            INSIDE_SSRC,
                            payload));
                },
                0,
                format.packetMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// Says that a tenth was lost of all that was heard so far.
    private static void reportLoss(LoopbackCall call, int type) {
        if (call.outside.heard.isEmpty()) {
            return;
        }
        Packets.Seen first = Packets.Seen.of(call.outside.heard.getFirst());
        Packets.Seen last = Packets.Seen.of(call.outside.heard.getLast());
        int heard = ((last.sequence() - first.sequence()) & 0xFFFF) + 1;
        boolean sender = type == 200;
        ByteBuffer report = ByteBuffer.allocate(sender ? 52 : 32)
                .put((byte) 0x81)
                .put((byte) type)
                .putShort((short) (sender ? 12 : 7))
                .putInt(2);
        if (sender) {
            report.putLong(0).putInt(0).putInt(0).putInt(0);
        }
        call.outside.report(report.putInt(last.ssrc())
                .putInt((26 << 24) | heard / 10)
                .putInt(last.sequence())
                .putInt(0)
                .putLong(0)
                .array());
    }

    private static void assertUnbroken(List<Packets.Seen> seen, int ticks) {
        assertThat(seen).extracting(Packets.Seen::ssrc).containsOnly(INSIDE_SSRC);
        for (int i = 1; i < seen.size(); i++) {
            assertThat((seen.get(i).sequence() - seen.get(i - 1).sequence()) & 0xFFFF)
                    .as("sequence at %s", i)
                    .isEqualTo(1);
            assertThat(seen.get(i).timestamp() - seen.get(i - 1).timestamp())
                    .as("ticks at %s", i)
                    .isGreaterThanOrEqualTo(ticks);
        }
        assertThat(seen).filteredOn(Packets.Seen::marker).hasSize(1);
    }

    private static List<Packets.Seen> seen(LoopbackCall call) {
        return call.outside.heard.stream().map(Packets.Seen::of).toList();
    }

    private static long noticePackets(LoopbackCall call) {
        return seen(call).stream()
                .filter(packet -> isNotice(call.notice, packet.payload()))
                .count();
    }

    private static boolean isNotice(NoticeFrames notice, ByteBuffer payload) {
        return notice.frames().stream().anyMatch(frame -> ByteBuffer.wrap(frame).equals(payload));
    }

    private static boolean inNotice(NoticeProof proof, Packets.Seen packet) {
        return ((packet.sequence() - proof.firstSequence()) & 0xFFFF) < proof.packets();
    }
}
