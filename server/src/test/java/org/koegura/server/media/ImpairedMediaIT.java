package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.ImpairedHop;
import org.koegura.server.peer.Impairment;
import org.koegura.storageclient.LocalStore;

/// Calls of every codec over a network that loses a fifth of their packets on the way to us, repeats and reorders
/// others, and delays each by up to 50 ms: what leaves us is what arrived, bit for bit and in its order, and so is what
/// the recording holds. What we say was lost is what that network lost.
class ImpairedMediaIT {

    private static final int PACKETS = 600;

    /// They come after the impaired ones, so that the meter of losses gives up all that never came (its window is 64).
    private static final int TAIL = 160;

    private static final long PACKET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TAIL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SEED = 20_250_601;

    /// So that the sequence numbers begin anew on the way.
    private static final int FIRST_SEQUENCE = 65_500;

    /// A codec, and how long its payloads are.
    private record Tongue(AudioFormat format, ToIntFunction<Random> payloadBytes) {}

    private static final List<Tongue> TONGUES = List.of(
            new Tongue(new AudioFormat(0, "PCMU", 8000, 20), random -> 160),
            new Tongue(new AudioFormat(8, "PCMA", 8000, 20), random -> 160),
            new Tongue(new AudioFormat(9, "G722", 8000, 20), random -> 160),
            new Tongue(new AudioFormat(111, "OPUS", 48_000, 20), random -> 3 + random.nextInt(200)),
            new Tongue(new AudioFormat(97, "X-NOBODY-KNOWS", 16_000, 20), random -> 1 + random.nextInt(400)));

    @ParameterizedTest
    @EnumSource
    void whatArrivesIsRelayedAndRecordedToTheBitAndTheLossIsExact(PassedBy by, @TempDir Path data) throws Exception {
        List<Talk> talks = new ArrayList<>();
        try (LocalStore store = MediaRoom.store(data)) {
            try {
                for (Tongue tongue : TONGUES) {
                    talks.add(new Talk(store, by, tongue, SEED + 10L * talks.size()));
                }
                for (Talk talk : talks) {
                    talk.connect();
                }
                speak(talks);
                for (Talk talk : talks) {
                    talk.judge();
                }
            } finally {
                talks.forEach(Talk::close);
            }
        }
        Map<String, Talk> byRecording = new HashMap<>();
        talks.forEach(talk -> byRecording.put(talk.call.recording.toString(), talk));
        List<KeptRecording> recordings = KeptRecording.allIn(data);
        assertThat(recordings).hasSize(TONGUES.size());
        for (KeptRecording recording : recordings) {
            Talk talk = Objects.requireNonNull(byRecording.get(recording.id()));
            talk.isKept(recording);
            assertThat(ProductProcess.verify(recording.folder(), Duration.ofMinutes(1)))
                    .as("verify of %s", talk)
                    .isZero();
        }
    }

    /// All of them at once, in real time.
    private static void speak(List<Talk> talks) {
        long start = System.nanoTime();
        for (int i = 0; i < PACKETS + TAIL; i++) {
            long due = start + Math.min(i, PACKETS) * PACKET_NANOS + Math.max(0, i - PACKETS) * TAIL_NANOS;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            for (Talk talk : talks) {
                talk.say(i);
            }
        }
    }

    /// One call: both parties behind hops that impair what they send.
    private static final class Talk implements AutoCloseable {
        final Tongue tongue;
        final MediaRoom room;
        final RoomCall call;
        final Random random;
        final Telephone inside = new Telephone();
        final Telephone outside = new Telephone();
        final ImpairedHop insideHop;
        final ImpairedHop outsideHop;

        Talk(LocalStore store, PassedBy by, Tongue tongue, long seed) throws Exception {
            this.tongue = tongue;
            this.random = new Random(seed);
            this.room = MediaRoom.open(store.sink(), 1, 1, by);
            this.call = room.call();
            this.insideHop = ImpairedHop.of(Impairment.usual(PACKETS, seed));
            this.outsideHop = ImpairedHop.of(Impairment.usual(PACKETS, seed + 1));
        }

        void connect() throws Exception {
            insideHop.leadTo(call.local(Leg.INSIDE).rtp());
            outsideHop.leadTo(call.local(Leg.OUTSIDE).rtp());
            inside.sendsTo(insideHop.entry(), call.local(Leg.INSIDE).rtcp());
            outside.sendsTo(outsideHop.entry(), call.local(Leg.OUTSIDE).rtcp());
            call.agree(Leg.INSIDE, insideHop.exit(), inside.rtcpAddress(), List.of(tongue.format()));
            call.agree(Leg.OUTSIDE, outsideHop.exit(), outside.rtcpAddress(), List.of(tongue.format()));
            call.session.answered();
            call.captureExempted();
            room.settle();
        }

        void say(int number) {
            inside.say(packet(number, 1));
            outside.say(packet(number, 2));
        }

        private byte[] packet(int number, int ssrc) {
            int sequence = (FIRST_SEQUENCE + number) & 0xFFFF;
            int timestamp = number * tongue.format().ticksPerPacket();
            int type = tongue.format().payloadType();
            int bytes = tongue.payloadBytes().applyAsInt(random);
            return number % 10 == 9
                    ? SpokenPacket.adorned(type, sequence, timestamp, ssrc, random, bytes)
                    : SpokenPacket.rtp(type, sequence, timestamp, ssrc, random, bytes);
        }

        void judge() throws Exception {
            await(this + ": all packets came through the hops, and through us")
                    .atMost(PATIENCE)
                    .until(() -> insideHop.hasTaken(PACKETS + TAIL)
                            && outsideHop.hasTaken(PACKETS + TAIL)
                            && outsideHop.returned().size()
                                    == insideHop.passed().size()
                            && insideHop.returned().size()
                                    == outsideHop.passed().size());
            assertThat(hex(outsideHop.returned()))
                    .as("%s: what the outside party is sent is what of the inside party arrived", this)
                    .isEqualTo(hex(insideHop.passed()));
            assertThat(hex(insideHop.returned()))
                    .as("%s: what the inside party is sent is what of the outside party arrived", this)
                    .isEqualTo(hex(outsideHop.passed()));
            lossIsExact(insideHop, "inside");
            lossIsExact(outsideHop, "outside");
            MediaReport report = call.hangUp();
            assertThat(report.gaps()).isEmpty();
            room.passedAsItShould(PACKETS / 2.0);
            allIsRecorded(RoomCall.account(report, Leg.INSIDE), insideHop);
            allIsRecorded(RoomCall.account(report, Leg.OUTSIDE), outsideHop);
        }

        private void lossIsExact(ImpairedHop hop, String leg) {
            // nobody can know of numbers from before the first that came
            int first = number(hop.passed().getFirst());
            long never =
                    hop.lost().stream().filter(packet -> number(packet) > first).count();
            assertThat(never).as("%s: the hop impairs", this).isBetween(PACKETS / 10L, PACKETS / 3L);
            assertThat(room.counted("koegura.rtp.packets.lost", "leg", leg))
                    .as("%s: packets of the %s party that never came", this, leg)
                    .isEqualTo((double) never);
        }

        private static int number(byte[] packet) {
            int sequence = ((packet[2] & 0xFF) << 8) | (packet[3] & 0xFF);
            return (sequence - FIRST_SEQUENCE) & 0xFFFF;
        }

        private void allIsRecorded(StreamAccount account, ImpairedHop hop) {
            assertThat(account)
                    .as("account of %s", this)
                    .isEqualTo(new StreamAccount(
                            account.leg(), hop.passed().size(), hop.passed().size(), 0, Map.of()));
        }

        void isKept(KeptRecording recording) {
            assertThat(kept(recording.inside()))
                    .as("%s: kept of the inside party", this)
                    .isEqualTo(hex(insideHop.passed()));
            assertThat(kept(recording.outside()))
                    .as("%s: kept of the outside party", this)
                    .isEqualTo(hex(outsideHop.passed()));
        }

        @Override
        public String toString() {
            return tongue.format().encodingName();
        }

        @Override
        public void close() {
            room.close();
            Stream.of(insideHop, outsideHop).forEach(ImpairedHop::close);
            inside.close();
            outside.close();
        }
    }

    private static List<String> kept(List<Rtp> packets) {
        return hex(packets.stream().map(packet -> packet.datagram().payload()).toList());
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }
}
