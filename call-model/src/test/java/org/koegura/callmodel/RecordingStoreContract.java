package org.koegura.callmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Closing;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;

/// What every [RecordingSink] with its [RecordingStore] promises. The test of each store extends it.
public abstract class RecordingStoreContract {

    public static final Instant ANSWERED = Instant.parse("2026-11-24T01:02:03.000000001Z");
    public static final Instant STARTED = ANSWERED.plusSeconds(8);

    private static final int FRAMES_PER_PACKET = 160;
    private static final int WAVE_HEADER_BYTES = 44;
    private static final byte MU_LAW_LOUDEST = (byte) 0x80;
    private static final byte MU_LAW_LOUDEST_NEGATIVE = 0x00;
    private static final short LOUDEST = 32_124;

    /// The sink under test; every test gets a fresh one.
    protected abstract RecordingSink sink();

    /// The store that gives back what went into [#sink].
    protected abstract RecordingStore store();

    @Test
    void aSealedRecordingIsFoundByItsName() throws StoreFault {
        RecordingId recording = id(1);

        Seal seal = record(recording, 3);

        assertThat(store().find(recording)).contains(seal);
        assertThat(store().erasure(recording)).isEmpty();
        assertThat(seal.recording()).isEqualTo(recording);
        assertThat(seal.bytes()).isPositive();
        assertThat(seal.root()).matches("[0-9a-f]{64}");
    }

    @Test
    void anUnknownRecordingIsNotFoundAndCannotBePlayed() throws StoreFault {
        assertThat(store().find(id(2))).isEmpty();
        assertThat(store().erasure(id(2))).isEmpty();
        assertThatExceptionOfType(StoreFault.Missing.class).isThrownBy(() -> store().playback(id(2)));
    }

    @Test
    void anOpenRecordingIsNotFoundYet() throws StoreFault {
        OpenRecording open = sink().open(opening(id(3)));
        open.flush();

        assertThat(store().find(id(3))).isEmpty();
    }

    @Test
    void sealingTwiceGivesTheSameSeal() throws StoreFault {
        OpenRecording open = sink().open(opening(id(4)));

        assertThat(open.seal(closing(0, 0, 1))).isEqualTo(open.seal(closing(0, 0, 1)));
    }

    @Test
    void aNameIsTakenOnce() throws StoreFault {
        record(id(5), 1);

        assertThatIllegalArgumentException().isThrownBy(() -> sink().open(opening(id(5))));
    }

    @Test
    void twoRecordingsMayBeOpenAtOnce() throws StoreFault, IOException {
        OpenRecording one = sink().open(opening(id(6)));
        OpenRecording other = sink().open(opening(id(7)));
        append(one, Leg.INSIDE, 0, MU_LAW_LOUDEST);
        append(other, Leg.INSIDE, 0, MU_LAW_LOUDEST_NEGATIVE);
        one.seal(closing(1, 0, 1));
        other.seal(closing(1, 0, 1));

        assertThat(samples(id(6))[0]).isEqualTo(LOUDEST);
        assertThat(samples(id(7))[0]).isEqualTo((short) -LOUDEST);
    }

    @Test
    void theInsidePartyIsLeftAndTheOutsidePartyRight() throws StoreFault, IOException {
        OpenRecording open = sink().open(opening(id(8)));
        append(open, Leg.INSIDE, 0, MU_LAW_LOUDEST);
        append(open, Leg.OUTSIDE, 0, MU_LAW_LOUDEST_NEGATIVE);
        open.seal(closing(1, 1, 1));

        short[] samples = samples(id(8));

        for (int frame = 0; frame < FRAMES_PER_PACKET; frame++) {
            assertThat(samples[2 * frame]).isEqualTo(LOUDEST);
            assertThat(samples[2 * frame + 1]).isEqualTo((short) -LOUDEST);
        }
    }

    @Test
    void aGapIsSilenceOfItsTrueLength() throws StoreFault, IOException {
        OpenRecording open = sink().open(opening(id(9)));
        append(open, Leg.INSIDE, 0, MU_LAW_LOUDEST);
        append(open, Leg.INSIDE, 10, MU_LAW_LOUDEST);
        open.seal(closing(2, 0, 1));

        short[] samples = samples(id(9));

        assertThat(samples).hasSize(2 * 8_000);
        assertThat(samples[2 * (FRAMES_PER_PACKET - 1)]).isEqualTo(LOUDEST);
        assertThat(samples[2 * FRAMES_PER_PACKET]).isZero();
        assertThat(samples[2 * (10 * FRAMES_PER_PACKET - 1)]).isZero();
        assertThat(samples[2 * 10 * FRAMES_PER_PACKET]).isEqualTo(LOUDEST);
    }

    @Test
    void aRecordingOfNothingPlaysAsSilence() throws StoreFault, IOException {
        sink().open(opening(id(10))).seal(closing(0, 0, 2));

        assertThat(samples(id(10))).hasSize(2 * 16_000).containsOnly(0);
    }

    @Test
    void anyPartOfThePlaybackEqualsThatPartOfTheWhole() throws StoreFault, IOException {
        record(id(11), 40);
        PlaybackAudio audio = store().playback(id(11));
        byte[] whole = part(audio, 0, audio.lengthBytes());

        assertThat(whole).hasSize(Math.toIntExact(audio.lengthBytes()));
        for (long from : new long[] {0, 1, 43, 44, 45, 47, 48, 4_001, whole.length - 1, whole.length}) {
            for (long count : new long[] {0, 1, 2, 5, 777}) {
                long fits = Math.min(count, whole.length - from);
                assertThat(part(audio, from, fits))
                        .isEqualTo(Arrays.copyOfRange(whole, (int) from, (int) (from + fits)));
            }
        }
    }

    @Test
    void theCallersBufferIsItsOwnAgainAfterAppend() throws StoreFault, IOException {
        OpenRecording open = sink().open(opening(id(12)));
        byte[] bytes = packet(0, MU_LAW_LOUDEST);
        ByteBuffer datagram = ByteBuffer.wrap(bytes);
        open.append(Leg.INSIDE, nanos(STARTED), peer(), ours(), datagram);
        Arrays.fill(bytes, (byte) 0);
        open.seal(closing(1, 0, 1));

        assertThat(datagram.position()).isZero();
        assertThat(samples(id(12))[0]).isEqualTo(LOUDEST);
    }

    @Test
    void captureNeverStartsBeforeItIsLawful() {
        Opening early = new Opening(id(13), facts(), exempted(STARTED.plusNanos(1)), List.of(), ANSWERED, STARTED);
        Opening unanswered = new Opening(id(13), facts(), exempted(ANSWERED), List.of(), STARTED.plusNanos(1), STARTED);

        assertThatIllegalArgumentException().isThrownBy(() -> sink().open(early));
        assertThatIllegalArgumentException().isThrownBy(() -> sink().open(unanswered));
    }

    /// Records so many packets on both legs, flushed one by one.
    protected Seal record(RecordingId recording, int packetsPerLeg) throws StoreFault {
        OpenRecording open = sink().open(opening(recording));
        for (int i = 0; i < packetsPerLeg; i++) {
            append(open, Leg.INSIDE, i, (byte) i);
            append(open, Leg.OUTSIDE, i, (byte) (i + 7));
            open.flush();
        }
        return open.seal(closing(packetsPerLeg, packetsPerLeg, 1));
    }

    public static RecordingId id(int number) {
        return new RecordingId(String.format("%032x", number));
    }

    public static Opening opening(RecordingId recording) {
        AudioFormat format = new AudioFormat(0, "PCMU", 8_000, 20);
        return new Opening(
                recording,
                facts(),
                exempted(ANSWERED),
                List.of(new LegFormat(Leg.INSIDE, format), new LegFormat(Leg.OUTSIDE, format)),
                ANSWERED,
                STARTED);
    }

    /// Ends capture so many seconds after its start.
    public static Closing closing(int insidePackets, int outsidePackets, int seconds) {
        return new Closing(
                exempted(ANSWERED),
                STARTED.plusSeconds(seconds),
                EndReason.HANGUP_INSIDE,
                List.of(
                        new StreamAccount(Leg.INSIDE, insidePackets, insidePackets, 0, Map.of()),
                        new StreamAccount(Leg.OUTSIDE, outsidePackets, outsidePackets, 0, Map.of())),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    public static CallFacts facts() {
        return new CallFacts(
                new CallId("77".repeat(16)),
                "a84b4c76e66710@192.0.2.1",
                Direction.INBOUND,
                new Party("sip:201@example.com"),
                new Party("sip:caller@example.com"),
                ANSWERED.minusSeconds(5));
    }

    public static CaptureBasis exempted(Instant at) {
        return new CaptureBasis.Exempted(
                new Exemption(Ground.DANGER, null, "operator", at, Exemption.Channel.API), Stage.NOTICE);
    }

    /// Appends packet `index` of a stream of 20 ms packets, all of one sample, that arrives in time.
    public static void append(OpenRecording open, Leg leg, int index, byte sample) throws StoreFault {
        open.append(leg, nanos(STARTED) + index * 20_000_000L, peer(), ours(), ByteBuffer.wrap(packet(index, sample)));
    }

    /// One RTP packet of PCMU.
    public static byte[] packet(int index, byte sample) {
        byte[] packet = new byte[12 + FRAMES_PER_PACKET];
        Arrays.fill(packet, sample);
        ByteBuffer.wrap(packet)
                .put((byte) 0x80)
                .put((byte) 0)
                .putShort((short) index)
                .putInt(index * FRAMES_PER_PACKET)
                .putInt(0x5EED);
        return packet;
    }

    public static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    public static InetSocketAddress peer() {
        return new InetSocketAddress(address(192, 0, 2, 7), 40_000);
    }

    public static InetSocketAddress ours() {
        return new InetSocketAddress(address(192, 0, 2, 1), 30_000);
    }

    private static InetAddress address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /// The playback's samples, left and right in turn.
    protected short[] samples(RecordingId recording) throws StoreFault, IOException {
        PlaybackAudio audio = store().playback(recording);
        byte[] wave = part(audio, 0, audio.lengthBytes());
        short[] samples = new short[(wave.length - WAVE_HEADER_BYTES) / 2];
        ByteBuffer.wrap(wave, WAVE_HEADER_BYTES, wave.length - WAVE_HEADER_BYTES)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(samples);
        return samples;
    }

    private static byte[] part(PlaybackAudio audio, long from, long count) throws StoreFault, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        audio.write(out, from, count);
        return out.toByteArray();
    }
}
