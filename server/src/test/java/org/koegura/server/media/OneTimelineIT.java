package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;

/// What one party may send within one call beside steady speech: nothing for a while, comfort noise (RFC 3389),
/// telephone events (RFC 4733), and all of it from another source (RFC 3550 §8). The other party hears it, and the
/// sealed recording has it, to the bit and in its time.
class OneTimelineIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PACKET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /// A machine with few processors may be late with a packet, and early with none.
    private static final long LATE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(300);

    private static final int TICKS = 160;
    private static final int PCMU = 0;
    private static final int COMFORT_NOISE = 13;
    private static final int MARKER = 0x80;
    private static final int OTHER_SSRC = 0x0B0B0B0B;

    /// Until then the kernel passes what is said, where it is to.
    private static final int SPEECH_PACKETS = 40;

    private static final int EVENT_PACKETS = 8;

    /// The last three of an event say that it is over (RFC 4733 §2.5.1.4).
    private static final int EVENT_ENDS = 3;

    private static final int SILENT_PACKETS = 25;

    private final Random random = new Random(19);
    private final List<byte[]> insideSaid = new ArrayList<>();

    /// What the outside party says, and in which packet time from the beginning.
    private static final class Said {
        private final int slot;
        private final byte[] packet;

        Said(int slot, byte[] packet) {
            this.slot = slot;
            this.packet = packet;
        }

        int slot() {
            return slot;
        }

        byte[] packet() {
            return packet;
        }
    }

    @ParameterizedTest
    @EnumSource
    void silenceComfortNoiseEventsAndAnotherSourceAreKeptToTheBitOnOneTimeline(PassedBy by, @TempDir Path data)
            throws Exception {
        List<Said> script = script();
        MediaReport report;
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), 1, 1, by);
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            RoomCall call = room.call();
            call.connect(inside, outside);
            call.captureExempted();
            room.settle();
            speak(script, inside, outside);
            await().atMost(PATIENCE)
                    .until(() -> inside.heardCount() == script.size() && outside.heardCount() == insideSaid.size());
            report = call.hangUp();
            assertThat(hex(inside.heard())).isEqualTo(hex(packets(script)));
            assertThat(hex(outside.heard())).isEqualTo(hex(insideSaid));
            room.passedAsItShould(SPEECH_PACKETS / 4.0);
        }

        assertThat(report.gaps()).isEmpty();
        StreamAccount account = RoomCall.account(report, Leg.OUTSIDE);
        assertThat(account.received()).isEqualTo(account.recorded()).isEqualTo(script.size());
        assertThat(account.withheld()).isEmpty();
        KeptRecording recording = KeptRecording.allIn(data).getFirst();
        isKeptInItsTime(recording.outside(), script);
        assertThat(kept(recording.inside())).isEqualTo(hex(insideSaid));
        assertThat(recording.manifest().path("outcome").stringValue()).isEqualTo("complete");
        assertThat(ProductProcess.verify(recording.folder(), Duration.ofMinutes(1)))
                .isZero();
    }

    /// In real time; the inside party speaks steadily.
    private void speak(List<Said> script, Telephone inside, Telephone outside) {
        long began = System.nanoTime();
        int next = 0;
        for (int slot = 0; next < script.size(); slot++) {
            long due = began + slot * PACKET_NANOS;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            insideSaid.add(SpokenPacket.rtp(PCMU, slot, TICKS * slot, 1, random, TICKS));
            inside.say(insideSaid.getLast());
            if (script.get(next).slot() == slot) {
                outside.say(script.get(next).packet());
                next++;
            }
        }
    }

    /// To the bit, in the order and at the distances in which it was said: all on the one clock of the recording,
    /// whatever it was, and of whatever source.
    private static void isKeptInItsTime(List<Rtp> kept, List<Said> script) {
        assertThat(kept(kept)).isEqualTo(hex(packets(script)));
        assertThat(kept).extracting(Rtp::epochNanos).isSorted();
        long began = Long.MAX_VALUE;
        for (int i = 0; i < kept.size(); i++) {
            began = Math.min(began, kept.get(i).epochNanos() - script.get(i).slot() * PACKET_NANOS);
        }
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i).epochNanos() - script.get(i).slot() * PACKET_NANOS - began)
                    .as("nanoseconds from when packet %s was due until it came, by the recording", i)
                    .isLessThan(LATE_NANOS_MAX);
        }
    }

    /// Twice the same course, of one source and then of another, each in numbers of its own.
    private List<Said> script() {
        List<Said> script = new ArrayList<>();
        new Course(script, 0, 2, 65_500, -3_000).add();
        new Course(script, script.getLast().slot() + 1, OTHER_SSRC, 7, 77).add();
        return script;
    }

    /// What one source says: speech, comfort noise, an event in the silence, and speech again.
    private final class Course {
        private final List<Said> script;
        private final int from;
        private final int ssrc;
        private final int firstTimestamp;
        private int sequence;
        private int slot;

        Course(List<Said> script, int from, int ssrc, int firstSequence, int firstTimestamp) {
            this.script = script;
            this.from = from;
            this.ssrc = ssrc;
            this.firstTimestamp = firstTimestamp;
            this.sequence = firstSequence;
            this.slot = from;
        }

        void add() {
            speech();
            say(COMFORT_NOISE, slot, new byte[] {0x40});
            slot += SILENT_PACKETS;
            byte[] described = new byte[11]; // a level and the coefficients of a filter (RFC 3389 §3)
            random.nextBytes(described);
            say(COMFORT_NOISE, slot, described);
            slot += SILENT_PACKETS;
            event();
            slot += SILENT_PACKETS;
            speech();
        }

        private void speech() {
            for (int i = 0; i < SPEECH_PACKETS; i++) {
                byte[] speech = new byte[TICKS];
                random.nextBytes(speech);
                say(i == 0 ? MARKER | PCMU : PCMU, slot, speech);
            }
        }

        /// All of its packets bear the timestamp of its beginning.
        private void event() {
            int begin = slot;
            for (int i = 1; i <= EVENT_PACKETS; i++) {
                int over = i > EVENT_PACKETS - EVENT_ENDS ? 0x80 : 0;
                int ticks = TICKS * Math.min(i, EVENT_PACKETS - EVENT_ENDS + 1);
                byte[] five = {5, (byte) (over | 10), (byte) (ticks >> 8), (byte) ticks};
                say(i == 1 ? MARKER | RoomCall.TELEPHONE_EVENT : RoomCall.TELEPHONE_EVENT, begin, five);
            }
        }

        private void say(int markedType, int ofSlot, byte[] payload) {
            int timestamp = firstTimestamp + TICKS * (ofSlot - from);
            script.add(new Said(slot, SpokenPacket.rtp(markedType, sequence & 0xFFFF, timestamp, ssrc, payload)));
            sequence++;
            slot++;
        }
    }

    private static List<byte[]> packets(List<Said> script) {
        return script.stream().map(Said::packet).toList();
    }

    private static List<String> kept(List<Rtp> packets) {
        return hex(packets.stream().map(packet -> packet.datagram().payload()).toList());
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }
}
