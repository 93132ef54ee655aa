package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.storageclient.LocalStore;

/// What the meters say of a call whose quality is known: of the inside party every packet comes, every other one late;
/// of the outside party a fifth is lost, and the rest comes on time. The scores are those of the E-model's own test,
/// which has them from ITU-T G.107 and by hand.
class HeardQualityIT {

    private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(12);

    /// In so many of these slots two packets in nine are lost: 128.
    private static final int LOSSY_SLOTS = 576;

    /// All of them, with as many more as it takes to give up the last that is lost: 128 is a fifth.
    private static final int SLOTS = 640;

    private static final int LOST = SLOTS / 5;

    /// G.711 without loss, and with 20 % of it.
    private static final double CLEAN = 4.409;

    private static final double LOSSY = 2.631;

    /// The same with a delay of 200 ms, which costs 3.044 of R: half of both round trips, and three packets.
    private static final double CLEAN_AND_LATE = 4.343;

    private static final double LOSSY_AND_LATE = 2.472;
    private static final long OUTSIDE_ROUND_TRIP_MILLIS = 100;
    private static final long INSIDE_ROUND_TRIP_MILLIS = 180;

    /// What a busy machine may add to a round trip.
    private static final double BUSY_SECONDS = 0.010;

    /// From then on the estimate of jitter, which begins at nothing, is what it is of.
    private static final int JITTER_KNOWN = 100;

    private static final double JITTER_SPARE_SECONDS = 0.003;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Random random = new Random(107);

    @ParameterizedTest
    @EnumSource
    void lossJitterRoundTripAndScoreAreWhatTheStreamsWereMadeOf(PassedBy by, @TempDir Path data) throws Exception {
        try (LocalStore store = MediaRoom.store(data);
                MediaRoom room = MediaRoom.open(store.sink(), 1, 1, by);
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            RoomCall call = room.call();
            call.connect(inside, outside);
            Jitter late = new Jitter();
            Jitter punctual = new Jitter();
            talk(inside, late, outside, punctual);
            await("all that was not lost is heard, and the reports came through")
                    .atMost(PATIENCE)
                    .until(() -> inside.heardCount() == SLOTS - LOST
                            && outside.heardCount() == SLOTS
                            && inside.reports().size() == 2
                            && outside.reports().size() == 2);
            call.hangUp();
            room.passedAsItShould(SLOTS / 2.0);

            assertThat(room.counted("koegura.rtp.packets.lost", "leg", "inside"))
                    .isZero();
            assertThat(room.counted("koegura.rtp.packets.lost", "leg", "outside"))
                    .isEqualTo(LOST);
            isTheScore(room, "koegura.rtp.mos", Leg.INSIDE, CLEAN, 0.001);
            isTheScore(room, "koegura.rtp.mos", Leg.OUTSIDE, LOSSY, 0.001);
            isTheRoundTrip(room, Leg.INSIDE, INSIDE_ROUND_TRIP_MILLIS);
            isTheRoundTrip(room, Leg.OUTSIDE, OUTSIDE_ROUND_TRIP_MILLIS);
            isTheScore(room, "koegura.rtp.mos.conversational", Leg.INSIDE, CLEAN_AND_LATE, 0.03);
            isTheScore(room, "koegura.rtp.mos.conversational", Leg.OUTSIDE, LOSSY_AND_LATE, 0.06);
            isTheJitter(room, Leg.INSIDE, late);
            isTheJitter(room, Leg.OUTSIDE, punctual);
            assertThat(room.observed("koegura.rtp.jitter", Leg.INSIDE).mean()).isGreaterThan(0.008);
        }
    }

    private static void isTheScore(MediaRoom room, String name, Leg leg, double score, double spare) {
        assertThat(room.observed(name, leg).count())
                .as("%s of %s, once", name, leg)
                .isEqualTo(1);
        assertThat(room.observed(name, leg).totalAmount())
                .as("%s of %s", name, leg)
                .isCloseTo(score, within(spare));
    }

    private static void isTheRoundTrip(MediaRoom room, Leg leg, long millis) {
        assertThat(room.observed("koegura.rtp.round.trip", leg).count()).isEqualTo(1);
        assertThat(room.observed("koegura.rtp.round.trip", leg).totalAmount())
                .as("round trip to the %s party", leg)
                .isCloseTo(millis / 1e3, within(BUSY_SECONDS));
    }

    private static void isTheJitter(MediaRoom room, Leg leg, Jitter sent) {
        assertThat(room.observed("koegura.rtp.jitter", leg).mean())
                .as("jitter of %s", leg)
                .isBetween(sent.least() - JITTER_SPARE_SECONDS, sent.most() + JITTER_SPARE_SECONDS);
    }

    private void talk(Telephone inside, Jitter insideSent, Telephone outside, Jitter outsideSent) {
        Report toOutside = new Report(inside, outside, 0x5A5A_0001, OUTSIDE_ROUND_TRIP_MILLIS);
        Report toInside = new Report(outside, inside, 0x5A5A_0002, INSIDE_ROUND_TRIP_MILLIS);
        long start = System.nanoTime();
        for (int i = 0; i < SLOTS; i++) {
            awaitNanos(start + i * SLOT_NANOS);
            if (i >= LOSSY_SLOTS || (i + 1) * 2 / 9 == i * 2 / 9) {
                outside.say(SpokenPacket.rtp(0, i, 160 * i, 2, random, 160));
                outsideSent.packet(i);
            }
            if (i % 2 != 0) {
                awaitNanos(start + i * SLOT_NANOS + LATE_NANOS);
            }
            inside.say(SpokenPacket.rtp(0, i, 160 * i, 1, random, 160));
            insideSent.packet(i);
            toOutside.at(i - 100);
            toInside.at(i - 200);
        }
    }

    private static void awaitNanos(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /// A sender report of one party and, a second later, the other one's answer, which says how much of that time was
    /// its own (RFC 3550 §6.4.1).
    private static final class Report {
        private static final int SLOTS_UNTIL_ANSWERED = 50;

        private final Telephone from;
        private final Telephone to;
        private final int name;
        private final long roundTripMillis;
        private long sentNanos;

        Report(Telephone from, Telephone to, int name, long roundTripMillis) {
            this.from = from;
            this.to = to;
            this.name = name;
            this.roundTripMillis = roundTripMillis;
        }

        void at(int slot) {
            if (slot == 0) {
                sentNanos = System.nanoTime();
                from.report(ByteBuffer.allocate(28)
                        .put((byte) 0x80)
                        .put((byte) 200)
                        .putShort((short) 6)
                        .putInt(1)
                        .putShort((short) 0xE000)
                        .putInt(name)
                        .putShort((short) 0)
                        .array());
            } else if (slot == SLOTS_UNTIL_ANSWERED) {
                long ownNanos = System.nanoTime() - sentNanos - TimeUnit.MILLISECONDS.toNanos(roundTripMillis);
                to.report(ByteBuffer.allocate(32)
                        .put((byte) 0x81)
                        .put((byte) 201)
                        .putShort((short) 7)
                        .putInt(2)
                        .putInt(1)
                        .putInt(24, name)
                        .putInt(28, (int) (ownNanos * 65_536 / 1_000_000_000))
                        .array());
            }
        }
    }

    /// The estimate of RFC 3550 §6.4.1 for packets as they were sent.
    private static final class Jitter {
        private final List<Double> seconds = new ArrayList<>();
        private double estimate;
        private long transitNanos;
        private boolean begun;

        void packet(int slot) {
            long transit = System.nanoTime() - slot * SLOT_NANOS;
            if (begun) {
                estimate += (Math.abs(transit - transitNanos) - estimate) / 16;
                seconds.add(estimate / 1e9);
            }
            begun = true;
            transitNanos = transit;
        }

        double least() {
            return Collections.min(seconds.subList(JITTER_KNOWN, seconds.size()));
        }

        double most() {
            return Collections.max(seconds.subList(JITTER_KNOWN, seconds.size()));
        }
    }
}
