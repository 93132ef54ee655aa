package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.rtpcapture.socket.MediaTransport;

/// What every transport promises of a relayed call; where one of them promises less, the test says so.
@ParameterizedClass
@EnumSource(RelayTest.Kind.class)
class RelayTest {

    /// Which transport.
    enum Kind {
        BEST,
        CHANNELS,
        NIO;

        MediaTransport open() {
            return switch (this) {
                case BEST -> MediaTransport.best();
                case CHANNELS -> MediaTransport.channels();
                case NIO -> MediaTransport.nio();
            };
        }
    }

    private static final byte[] RECEIVER_REPORT = HexFormat.of().parseHex("80c9000111223344");

    private final Random random = new Random(11);
    private final Kind kind;

    RelayTest(Kind kind) {
        this.kind = kind;
    }

    private LoopbackCall call() throws Exception {
        return new LoopbackCall(LoopbackCall.settings(1 << 20), kind.open(), 25);
    }

    @Test
    void packetsPassBothWaysUnchanged() throws Exception {
        try (LoopbackCall call = call().connected()) {
            List<byte[]> toOutside = new ArrayList<>();
            List<byte[]> toInside = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int payloadType = random.nextInt(64);
                toOutside.add(call.inside.say(Packets.rtp(random, payloadType, 65_500 + i, 160 * i, 1)));
                toInside.add(call.outside.say(Packets.rtp(random, payloadType, i, 160 * i, 2)));
                call.outside.awaitHeard(i + 1);
                call.inside.awaitHeard(i + 1);
            }

            assertThat(call.outside.heard).containsExactlyElementsOf(toOutside);
            assertThat(call.inside.heard).containsExactlyElementsOf(toInside);
            assertThat(call.counted("koegura.rtp.packets", "leg", "outside", "direction", "tx"))
                    .isEqualTo(200);
        }
    }

    @Test
    void rtcpTakesItsOwnPorts() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.outside.report(RECEIVER_REPORT);

            await().atMost(PATIENCE).until(() -> call.inside.reports.size() == 1);
            assertThat(call.inside.reports.getFirst()).isEqualTo(RECEIVER_REPORT);
        }
    }

    @Test
    void multiplexedRtcpReachesAPartyWithTwoPortsAndBack() throws Exception {
        try (LoopbackCall call = call().connected()) {
            RemoteMedia multiplexed = call.outside.media(call.outside.address(), call.outside.address(), true);
            call.session.agree(0, Leg.OUTSIDE, multiplexed);
            call.settle();

            call.outside.say(RECEIVER_REPORT);
            await().atMost(PATIENCE).until(() -> call.inside.reports.size() == 1);
            call.inside.report(RECEIVER_REPORT);
            call.outside.awaitHeard(1);

            assertThat(call.outside.heard.getFirst()).isEqualTo(RECEIVER_REPORT);
            assertThat(call.outside.reports).isEmpty();
        }
    }

    @Test
    void aStrangerIsNeitherRelayedNorCaptured() throws Exception {
        try (LoopbackCall call = call().connected();
                DatagramSocket stranger = LoopbackCall.Telephone.socket()) {
            call.captureExempted();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            InetSocketAddress port = call.session.local(0, Leg.OUTSIDE).rtp();
            for (int i = 0; i < 50; i++) {
                LoopbackCall.Telephone.send(stranger, Packets.rtp(random, 0, 2 + i, 160, 2), port);
            }
            call.outside.say(Packets.rtp(random, 0, 2, 320, 2));
            call.inside.awaitHeard(2);

            assertThat(call.inside.heard).hasSize(2);
            call.hangUp();
            assertThat(call.sink.kept(Leg.OUTSIDE)).hasSize(2);
        }
    }

    /// On NIO the JDK throws away what waits behind those that the turn has read: nobody counts these.
    @Test
    void whatStrangersLeftWaitingWhileThePartyWasLatchedIsRefusedAndCounted() throws Exception {
        int before = 80;
        int after = 90;
        try (LoopbackCall call = call().connected()) {
            CountDownLatch gate = new CountDownLatch(1);
            call.framesGate = gate;
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            InetSocketAddress port = call.session.local(0, Leg.OUTSIDE).rtp();
            // From another address: the signalling one would be learnt.
            try (DatagramSocket foreign =
                    new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), 0))) {
                for (int i = 0; i < before; i++) {
                    LoopbackCall.Telephone.send(foreign, Packets.rtp(random, 0, i, 160 * i, 66), port);
                }
                byte[] own = call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
                for (int i = 0; i < after; i++) {
                    LoopbackCall.Telephone.send(foreign, Packets.rtp(random, 0, i, 160 * i, 66), port);
                }
                gate.countDown();
                call.inside.awaitHeard(1);
                await().atMost(PATIENCE)
                        .until(() ->
                                call.counted("koegura.rtp.packets.discarded", "reason", "refused", "leg", "outside")
                                        >= (kind == Kind.NIO ? before : before + after));
                assertThat(call.counted("koegura.rtp.packets.discarded", "reason", "refused", "leg", "outside"))
                        .isLessThanOrEqualTo(before + after);
                assertThat(call.inside.heard).containsExactly(own);
            }
        }
    }

    @Test
    void anotherPortOfTheSignallingAddressIsLearntWhereNoneWasHeardYet() throws Exception {
        try (LoopbackCall call = call().connected();
                DatagramSocket translated = LoopbackCall.Telephone.socket()) {
            byte[] packet = Packets.rtp(random, 0, 1, 160, 2);
            LoopbackCall.Telephone.send(
                    translated, packet, call.session.local(0, Leg.OUTSIDE).rtp());

            call.inside.awaitHeard(1);
            assertThat(call.inside.heard.getFirst()).isEqualTo(packet);
        }
    }

    @Test
    void beforeAPartyHasAgreedItsPacketsAreRefusedAndCounted() throws Exception {
        try (LoopbackCall call = call()) {
            call.session.audio(0);
            call.outside.sendsTo(call.session.local(0, Leg.OUTSIDE));
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            call.settle();

            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));

            await().atMost(PATIENCE)
                    .until(() ->
                            call.counted("koegura.rtp.packets.discarded", "reason", "refused", "leg", "outside") == 1);
            assertThat(call.inside.heard).isEmpty();
        }
    }

    /// The loop reads its sockets before it takes up commands.
    @Test
    void aPacketThatIsReadBeforeTheCommandThatLetsItInIsRelayed() throws Exception {
        try (LoopbackCall call = call()) {
            call.session.audio(0);
            call.outside.sendsTo(call.session.local(0, Leg.OUTSIDE));
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            call.settle();

            call.atNextReading.set(() -> call.session.agree(0, Leg.OUTSIDE, call.outside.media(true)));
            byte[] first = call.outside.say(Packets.rtp(random, 0, 1, 160, 2));

            call.inside.awaitHeard(1);
            assertThat(call.inside.heard).containsExactly(first);
        }
    }

    @Test
    void aPacketThatIsReadAfterTheEndWasCommandedGoesNowhere() throws Exception {
        try (LoopbackCall call = call()) {
            call.session.audio(0);
            call.outside.sendsTo(call.session.local(0, Leg.OUTSIDE));
            call.settle();

            call.atNextReading.set(() -> call.session.close(EndReason.HANGUP_INSIDE));
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));

            call.told.awaitClosed();
            assertThat(call.inside.heard).isEmpty();
            assertThat(call.counted("koegura.rtp.packets.discarded", "reason", "refused", "leg", "outside"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aMovedPartyIsFollowedAndItsOldAddressIsNot() throws Exception {
        try (LoopbackCall call = call().connected();
                LoopbackCall.Telephone moved = new LoopbackCall.Telephone()) {
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            call.session.agree(0, Leg.OUTSIDE, moved.media(true));
            call.settle();
            moved.sendsTo(call.session.local(0, Leg.OUTSIDE));

            moved.say(Packets.rtp(random, 0, 2, 320, 2));
            call.inside.awaitHeard(2);
            call.outside.say(Packets.rtp(random, 0, 3, 480, 2));
            call.inside.say(Packets.rtp(random, 0, 1, 160, 1));
            moved.awaitHeard(1);

            assertThat(call.inside.heard).hasSize(2);
            assertThat(call.outside.heard).isEmpty();
        }
    }

    @Test
    void aClosedPortOfAPartyDoesNotCloseOurs() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            InetSocketAddress at = call.outside.address();
            call.outside.rtp.close();
            for (int i = 0; i < 5; i++) {
                call.inside.say(Packets.rtp(random, 0, i, 160 * i, 1));
                await().pollDelay(Duration.ofMillis(5)).until(() -> true);
            }
            try (DatagramSocket back = new DatagramSocket(at)) {
                LoopbackCall.Telephone.send(
                        back,
                        Packets.rtp(random, 0, 2, 320, 2),
                        call.session.local(0, Leg.OUTSIDE).rtp());

                call.inside.awaitHeard(2);
            }
        }
    }

    /// Netty's channels receive into buffers that are large enough only from the second such datagram on, and pass no
    /// empty one: its own epoll takes it for the end of what there is, NIO sends none.
    @Test
    void otherMediaLinesCarryAnything() throws Exception {
        try (LoopbackCall call = call().connected();
                LoopbackCall.Telephone fax = new LoopbackCall.Telephone();
                LoopbackCall.Telephone gateway = new LoopbackCall.Telephone()) {
            beside(call, fax, gateway);
            byte[] udptl = {0, 1, 2, 3};
            byte[] large = new byte[9000];
            random.nextBytes(large);

            fax.say(udptl);
            gateway.awaitHeard(1);
            fax.say(large);
            if (kind != Kind.BEST) {
                await().atMost(PATIENCE)
                        .until(() ->
                                call.counted("koegura.rtp.packets.discarded", "reason", "oversize", "leg", "inside")
                                        == 1);
                fax.say(large);
            }
            gateway.awaitHeard(2);
            fax.say(new byte[0]);
            fax.say(new byte[] {9});
            List<byte[]> all = new ArrayList<>(List.of(udptl, large, new byte[0], new byte[] {9}));
            if (kind != Kind.BEST) {
                all.remove(2);
            }
            gateway.awaitHeard(all.size());

            assertThat(gateway.heard).containsExactlyElementsOf(all);
        }
    }

    private static void beside(LoopbackCall call, LoopbackCall.Telephone fax, LoopbackCall.Telephone gateway)
            throws Exception {
        fax.sendsTo(call.session.local(1, Leg.INSIDE));
        gateway.sendsTo(call.session.local(1, Leg.OUTSIDE));
        call.session.agree(1, Leg.INSIDE, fax.media(true));
        call.session.agree(1, Leg.OUTSIDE, gateway.media(true));
        call.settle();
    }

    @Test
    void aPortOfAnotherProcessIsSkippedAndNoneIsLeftOverAfterTheCalls() throws Exception {
        try (LoopbackCall call = call()) {
            int first = call.session.local(0, Leg.INSIDE).rtp().getPort();
            try (DatagramSocket taken =
                    new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), first + 5))) {
                assertThat(taken.isBound()).isTrue();
                assertThat(first % 2).isZero();
                assertThat(call.session.local(0, Leg.INSIDE).rtcp().getPort()).isEqualTo(first + 1);
                // pair 4 is the first that inside tries; outside has pair 6 by then
                assertThat(call.session.local(1, Leg.INSIDE).rtp().getPort()).isEqualTo(first + 8);
                assertThat(call.session.local(1, Leg.OUTSIDE).rtp().getPort()).isEqualTo(first + 6);
                await().until(() -> call.room.plane().freePorts() == 40 - 8); // the loop closes what was refused
            }
            call.hangUp();
            await().until(() -> call.room.plane().freePorts() == 40);
            assertThat(call.metrics
                            .get("koegura.rtp.ports")
                            .tag("state", "used")
                            .gauge()
                            .value())
                    .isZero();
        }
    }

    @Test
    void aSocketThatTheSystemRefusesLeavesNothingReserved() throws Exception {
        MediaTransport third = new ThirdSocketRefused(kind.open());
        try (LoopbackCall call = new LoopbackCall(LoopbackCall.settings(1 << 20), third, 25)) {
            assertThatThrownBy(() -> call.session.local(0, Leg.INSIDE)).isInstanceOf(NoFreePort.class);
            await().until(() -> call.room.plane().freePorts() == 40); // the loop closes them
            assertThat(call.session.local(0, Leg.INSIDE).rtp().getPort()).isPositive();
            call.hangUp();
            await().until(() -> call.room.plane().freePorts() == 40);
        }
    }

    @Test
    void withoutAFreePortNothingIsReserved() throws Exception {
        try (LoopbackCall call = call()) {
            for (int line = 0; line < 10; line++) {
                call.session.local(line, Leg.INSIDE);
            }
            Told other = new Told();
            MediaSession second = call.room.plane().open(call.facts.call(), other);

            assertThatThrownBy(() -> second.local(0, Leg.INSIDE)).isInstanceOf(NoFreePort.class);

            second.close(EndReason.REJECTED);
            other.awaitClosed();
            call.hangUp();
            await().until(() -> call.room.plane().freePorts() == 40);
        }
    }

    @Test
    void aForeignMediaAddressIsOneClearLine() throws Exception {
        RtpCapture.Settings foreign = RtpCapture.Settings.defaults(InetAddress.ofLiteral("192.0.2.1"));

        assertThatThrownBy(() -> new LoopbackCall(foreign, kind.open(), 25))
                .isInstanceOf(RtpCapture.AddressFault.class)
                .hasMessage("media address 192.0.2.1 cannot be bound: set it to an address of this machine");
    }

    /// The system has no socket for the third that is asked for.
    private static final class ThirdSocketRefused implements MediaTransport {
        private final MediaTransport usual;
        private int made;

        ThirdSocketRefused(MediaTransport usual) {
            this.usual = usual;
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
            List<Opened> opened = new ArrayList<>();
            for (Asked each : asked) {
                opened.add(
                        ++made == 3
                                ? new Opened.Failed(new IOException("too many open files"), true)
                                : usual.open(loop, List.of(each)).getFirst());
            }
            return opened;
        }
    }
}
