package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.storageclient.LocalStore;
import tools.jackson.databind.JsonNode;

/// Calls of every kind over a network that loses a fifth of their packets on the way to us, repeats and reorders
/// others, and delays each by up to 50 ms: what leaves us is what arrived, bit for bit and in its order, and so is what
/// the recording holds. What we say was lost is what that network lost.
///
/// Every codec; silence with comfort noise and without packets; keys that are pressed; SRTP under each suite, of which
/// the recording holds what was inside; video, plain and in SRTP, and a fax beside the audio, which pass unkept and are
/// declared. The kernel, where it passes on what is steady, changes none of it, but that packets of another payload
/// type
/// than it passes, which come by our sockets meanwhile, may be overtaken.
class ImpairedMediaIT {

    private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long TAIL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SEED = 20_250_601;

    private static final AudioFormat PCMA = new AudioFormat(8, "PCMA", 8000, 20);

    /// What a call is like: its audio, under what either party seals all that it says, and what passes beside it.
    private record Manner(
            Tongue tongue,
            @Nullable CryptoSuite insideUnder,
            @Nullable CryptoSuite outsideUnder,
            @Nullable Tongue beside) {

        static Manner plain(Tongue tongue) {
            return new Manner(tongue, null, null, null);
        }

        static Manner sealed(@Nullable CryptoSuite insideUnder, @Nullable CryptoSuite outsideUnder) {
            return new Manner(Tongue.audio(PCMA, random -> 160), insideUnder, outsideUnder, null);
        }
    }

    private static final List<Manner> MANNERS = List.of(
            Manner.plain(Tongue.audio(RoomCall.PCMU, random -> 160)),
            Manner.plain(Tongue.audio(PCMA, random -> 160)),
            Manner.plain(Tongue.audio(new AudioFormat(9, "G722", 8000, 20), random -> 160)),
            Manner.plain(Tongue.audio(new AudioFormat(111, "OPUS", 48_000, 20), random -> 3 + random.nextInt(200))),
            Manner.plain(
                    Tongue.audio(new AudioFormat(97, "X-NOBODY-KNOWS", 16_000, 20), random -> 1 + random.nextInt(400))),
            Manner.plain(Tongue.withComfortNoise(RoomCall.PCMU)),
            Manner.plain(Tongue.withEvents(RoomCall.PCMU)),
            Manner.sealed(null, CryptoSuite.AES_CM_128_HMAC_SHA1_80),
            Manner.sealed(CryptoSuite.AES_CM_128_HMAC_SHA1_32, CryptoSuite.AEAD_AES_128_GCM),
            Manner.sealed(CryptoSuite.AEAD_AES_256_GCM, null),
            new Manner(Tongue.audio(RoomCall.PCMU, random -> 160), null, null, Tongue.video()),
            new Manner(
                    Tongue.audio(RoomCall.PCMU, random -> 160),
                    CryptoSuite.AES_CM_128_HMAC_SHA1_80,
                    CryptoSuite.AEAD_AES_128_GCM,
                    Tongue.video()),
            new Manner(Tongue.audio(PCMA, random -> 160), null, CryptoSuite.AEAD_AES_256_GCM, Tongue.video()),
            new Manner(Tongue.audio(PCMA, random -> 160), null, null, Tongue.fax()));

    @ParameterizedTest
    @EnumSource
    void whatArrivesIsRelayedAndRecordedToTheBitAndTheLossIsExact(PassedBy by, @TempDir Path data) throws Exception {
        List<Talk> talks = new ArrayList<>();
        try (LocalStore store = MediaRoom.store(data)) {
            try {
                for (Manner manner : MANNERS) {
                    talks.add(new Talk(store, by, manner, SEED + 10L * talks.size()));
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
        assertThat(recordings).hasSize(MANNERS.size());
        for (KeptRecording recording : recordings) {
            Objects.requireNonNull(byRecording.get(recording.id())).isKept(recording);
        }
        assertThat(ProductProcess.verify(data.resolve("recordings"), Duration.ofMinutes(1)))
                .isZero();
    }

    /// All of them at once, in real time.
    private static void speak(List<Talk> talks) {
        long start = System.nanoTime();
        for (int i = 0; i < Tongue.SLOTS + Tongue.TAIL; i++) {
            long due = start + Math.min(i, Tongue.SLOTS) * SLOT_NANOS + Math.max(0, i - Tongue.SLOTS) * TAIL_NANOS;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            for (Talk talk : talks) {
                for (ImpairedLine line : talk.lines) {
                    line.say(i);
                }
            }
        }
    }

    /// One call.
    private static final class Talk implements AutoCloseable {
        final Manner manner;
        final PassedBy by;
        final MediaRoom room;
        final RoomCall call;
        final ImpairedLine audio;
        final List<ImpairedLine> lines = new ArrayList<>();

        Talk(LocalStore store, PassedBy by, Manner manner, long seed) throws Exception {
            this.manner = manner;
            this.by = by;
            this.room = MediaRoom.open(store.sink(), manner.beside() == null ? 1 : 2, 1, by);
            this.call = room.call();
            this.audio = new ImpairedLine(manner.tongue(), 0, manner.insideUnder(), manner.outsideUnder(), seed);
            lines.add(audio);
            Tongue beside = manner.beside();
            if (beside != null) {
                lines.add(new ImpairedLine(beside, 1, manner.insideUnder(), manner.outsideUnder(), seed + 2));
            }
        }

        void connect() throws Exception {
            for (ImpairedLine line : lines) {
                line.agree(call);
            }
            call.session.answered();
            call.captureExempted();
            room.settle();
        }

        void judge() throws Exception {
            await(this + ": all packets came through the hops, and through us")
                    .atMost(PATIENCE)
                    .until(() -> lines.stream().allMatch(ImpairedLine::isThrough));
            for (ImpairedLine line : lines) {
                for (Leg leg : Leg.values()) {
                    same(
                            line,
                            this + ": what the " + leg + " party is sent is what of the other one arrived",
                            line.heard(leg),
                            line.toBeHeard(leg));
                }
            }
            lossIsExact(Leg.INSIDE);
            lossIsExact(Leg.OUTSIDE);
            MediaReport report = call.hangUp();
            assertThat(report.gaps()).isEmpty();
            if (audio.isSealed()) {
                assertThat(room.passedByKernel(Leg.INSIDE) + room.passedByKernel(Leg.OUTSIDE))
                        .as("%s: the kernel opens nothing", this)
                        .isZero();
            } else {
                room.passedAsItShould(audio.impaired(Leg.INSIDE) / (audio.isOfOneType() ? 2.0 : 10.0));
            }
            for (Leg leg : Leg.values()) {
                int arrived = audio.arrived(leg).size();
                assertThat(RoomCall.account(report, leg))
                        .as("account of %s", this)
                        .isEqualTo(new StreamAccount(leg, arrived, arrived, 0, Map.of()));
            }
        }

        /// The same to the bit, none missing, none more, in the same order. The kernel passes audio of one type: where
        /// there are others, which come by our socket, those of each type are in their order.
        private void same(ImpairedLine line, String what, List<String> found, List<String> expected) {
            if (isInOrder(line)) {
                assertThat(found).as(what).isEqualTo(expected);
            } else {
                assertThat(byType(found)).as(what).isEqualTo(byType(expected));
            }
        }

        @SuppressWarnings("ReferenceEquality") // this very one
        private boolean isInOrder(ImpairedLine line) {
            return by == PassedBy.SOCKETS || line != audio || line.isSealed() || line.isOfOneType();
        }

        private static List<String> byType(List<String> packets) {
            return packets.stream()
                    .sorted(Comparator.comparingInt(ImpairedLine::payloadType))
                    .toList();
        }

        private Collection<List<Rtp>> byTypeUnlessInOrder(List<Rtp> kept) {
            return isInOrder(audio)
                    ? List.of(kept)
                    : kept.stream()
                            .collect(Collectors.groupingBy(Rtp::payloadType))
                            .values();
        }

        private void lossIsExact(Leg leg) {
            long never = audio.lost(leg);
            int impaired = audio.impaired(leg);
            assertThat(never).as("%s: the hop impairs", this).isBetween(impaired / 10L, impaired / 3L);
            assertThat(room.counted(
                            "koegura.rtp.packets.lost", "leg", leg.name().toLowerCase(Locale.ROOT)))
                    .as("%s: packets of the %s party that never came", this, leg)
                    .isEqualTo((double) never);
        }

        void isKept(KeptRecording recording) {
            for (Leg leg : Leg.values()) {
                List<Rtp> kept = leg == Leg.INSIDE ? recording.inside() : recording.outside();
                List<String> bytes = kept.stream()
                        .map(packet -> ImpairedLine.hex(packet.datagram().payload()))
                        .toList();
                same(audio, this + ": kept of the " + leg + " party", bytes, audio.arrived(leg));
                for (List<Rtp> ofOneType : byTypeUnlessInOrder(kept)) {
                    assertThat(ofOneType)
                            .extracting(Rtp::epochNanos)
                            .as("%s: when what is kept of the %s party came", this, leg)
                            .isSorted();
                }
                CryptoSuite suite = audio.suite(leg);
                assertThat(suites(recording, leg))
                        .as("%s: under what the %s party spoke", this, leg)
                        .containsOnly(suite == null ? "" : suite.name());
            }
            JsonNode beside = recording.manifest().path("relayedOnly");
            assertThat(beside.size())
                    .as("%s: times with something beside the audio", this)
                    .isEqualTo(manner.beside() == null ? 0 : 1);
            if (manner.beside() != null) {
                assertThat(beside.path(0).path("from"))
                        .isEqualTo(recording.manifest().at("/capture/startedAt"));
                assertThat(beside.path(0).path("to"))
                        .isEqualTo(recording.manifest().at("/capture/endedAt"));
            }
        }

        private static List<String> suites(KeptRecording recording, Leg leg) {
            return recording
                    .opening()
                    .path("formats")
                    .valueStream()
                    .filter(format ->
                            format.path("leg").asString("").equals(leg.name().toLowerCase(Locale.ROOT)))
                    .map(format -> format.path("srtp").asString(""))
                    .toList();
        }

        @Override
        public String toString() {
            Tongue beside = manner.beside();
            return manner.tongue().name()
                    + (beside == null ? "" : " and " + beside.name())
                    + (audio.isSealed() ? " in SRTP" : "");
        }

        @Override
        public void close() {
            room.close();
            lines.forEach(ImpairedLine::close);
        }
    }
}
