package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.net.DatagramSocket;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.slf4j.LoggerFactory;

/// Every buffer is given back, whichever way its packet took. The leak detector is paranoid in all tests of this room.
class BufferLeakTest {

    private static final byte[] RECEIVER_REPORT = HexFormat.of().parseHex("80c9000111223344");

    private final Random random = new Random(17);
    private final ListAppender<ILoggingEvent> found = new ListAppender<>();
    private final Logger detector = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

    @BeforeEach
    void listen() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        found.start();
        detector.addAppender(found);
        detector.setAdditive(false);
    }

    @AfterEach
    void listenNoMore() {
        detector.detachAppender(found);
        detector.setAdditive(true);
    }

    @Test
    void noWayOfAPacketLosesItsBuffer() throws Exception {
        try (LoopbackCall call = new LoopbackCall();
                DatagramSocket stranger = LoopbackCall.Telephone.socket()) {
            call.inside.sendsTo(call.session.local(0, Leg.INSIDE));
            call.outside.sendsTo(call.session.local(0, Leg.OUTSIDE));
            call.session.audio(0);
            say(call, 0);
            call.connected();
            say(call, 10);
            LoopbackCall.Telephone.send(
                    stranger, new byte[40], call.session.local(0, Leg.OUTSIDE).rtcp());
            call.outside.say(new byte[5000]);
            call.outside.say(new byte[] {1, 2, 3});
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeStarted");
            say(call, 20);
            call.captureAnnounced(call.told.awaitHeard());
            say(call, 30);
            call.inside.say(Packets.rtp(random, 8, 1, 1, 1));
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(null, null, false));
            call.settle();
            say(call, 40);
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
            call.settle();
            say(call, 50);
            call.outside.rtp.close();
            say(call, 60);
            call.hangUp();
        }
        assertThat(leaks()).isEmpty();
    }

    @Test
    void aLeakWouldBeFound() {
        for (int i = 0; i < 100; i++) {
            assertThat(ByteBufAllocator.DEFAULT.directBuffer(64).isDirect()).isTrue();
        }
        await().atMost(PATIENCE).until(() -> !leaks().isEmpty());
    }

    private void say(LoopbackCall call, int from) {
        for (int i = from; i < from + 10; i++) {
            call.inside.say(Packets.rtp(random, 8, 1000 + i, 160 * i, 1));
            if (!call.outside.rtp.isClosed()) {
                call.outside.say(Packets.rtp(random, 0, i, 160 * i, 2));
            }
            call.inside.report(RECEIVER_REPORT);
            call.outside.report(RECEIVER_REPORT);
        }
        call.settle();
    }

    /// What was lost until now is found by the garbage collector, and told at the next allocation.
    private List<String> leaks() {
        for (int i = 0; i < 20; i++) {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(64).release();
        }
        return found.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
