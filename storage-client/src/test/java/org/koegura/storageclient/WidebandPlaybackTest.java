package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.RecordingStoreContract.ANSWERED;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.exempted;
import static org.koegura.callmodel.RecordingStoreContract.facts;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.peer;
import static org.koegura.storageclient.Sounds.HEADER_BYTES;
import static org.koegura.storageclient.Sounds.channel;
import static org.koegura.storageclient.Sounds.decoded;
import static org.koegura.storageclient.Sounds.encoded;
import static org.koegura.storageclient.Sounds.likeness;
import static org.koegura.storageclient.Sounds.rateHz;
import static org.koegura.storageclient.Sounds.read;
import static org.koegura.storageclient.Sounds.sound;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;

/// G.722 and Opus in playback: whose decoders remember, and whose sound must not depend on the part asked for.
class WidebandPlaybackTest {

    private static final int SECONDS = 24;
    private static final int PACKETS = 50 * SECONDS;
    private static final Map<Codec, Integer> TYPES = Map.of(Codec.PCMU, 0, Codec.G722, 9, Codec.OPUS, 111);

    @TempDir
    Path data;

    private LocalStore store;
    private OpenRecording open;
    private final Map<Leg, Integer> packets = new EnumMap<>(Map.of(Leg.INSIDE, 0, Leg.OUTSIDE, 0));

    @BeforeEach
    void open() throws StoreFault {
        store = TestStore.open(data);
        List<LegFormat> formats = new ArrayList<>();
        for (Leg leg : Leg.values()) {
            TYPES.forEach((codec, type) ->
                    formats.add(new LegFormat(leg, new AudioFormat(type, codec.name(), codec.clockRateHz(), 20))));
        }
        open = store.sink().open(new Opening(id(1), facts(), exempted(ANSWERED), formats, ANSWERED, STARTED));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /// To the sample over all seams: the pre-roll of a second brings the decoder to where it would stand anyway.
    @Test
    void g722IsPlayedAt16kHzAsOneDecoderHearsTheWholeCall() throws StoreFault, IOException {
        List<byte[]> payloads = encoded(Codec.G722, PACKETS);
        speak(Leg.OUTSIDE, Codec.G722, payloads, 0);

        PlaybackAudio audio = sealed();

        assertThat(rateHz(audio)).isEqualTo(16_000);
        assertThat(audio.lengthBytes()).isEqualTo(HEADER_BYTES + SECONDS * 16_000L * 4);
        byte[] pcm = read(audio, HEADER_BYTES, audio.lengthBytes() - HEADER_BYTES);
        assertThat(channel(pcm, 1)).isEqualTo(decoded(Codec.G722, payloads));
        assertThat(channel(pcm, 0)).containsOnly((short) 0);
    }

    @Test
    void opusIsPlayedAt48kHzAndNoSeamIsHeard() throws StoreFault, IOException {
        List<byte[]> payloads = encoded(Codec.OPUS, PACKETS);
        speak(Leg.INSIDE, Codec.OPUS, payloads, 0);

        PlaybackAudio audio = sealed();

        assertThat(rateHz(audio)).isEqualTo(48_000);
        short[] heard = channel(read(audio, HEADER_BYTES, audio.lengthBytes() - HEADER_BYTES), 0);
        short[] whole = decoded(Codec.OPUS, payloads);
        assertThat(heard).hasSameSizeAs(whole);
        for (int i = 0; i < heard.length; i++) {
            assertThat(Math.abs(heard[i] - whole[i])).as("sample %d", i).isLessThanOrEqualTo(16);
        }
    }

    @Test
    void anyPartIsThatPartOfTheWhole() throws StoreFault, IOException {
        speak(Leg.INSIDE, Codec.OPUS, encoded(Codec.OPUS, PACKETS / 2), 0);
        speak(Leg.INSIDE, Codec.PCMU, encoded(Codec.PCMU, PACKETS / 4), PACKETS / 2);
        speak(Leg.OUTSIDE, Codec.G722, encoded(Codec.G722, PACKETS), 0);
        PlaybackAudio audio = sealed();
        byte[] whole = read(audio, 0, audio.lengthBytes());
        Random random = new Random(1);
        long seam = HEADER_BYTES + 10 * 48_000L * 4;
        for (int i = 0; i < 12; i++) {
            long from = i < 3 ? seam - 5_000 + i : random.nextLong(audio.lengthBytes());
            long count = Math.min(1 + random.nextLong(i < 8 ? 40_000 : 3_000_000), audio.lengthBytes() - from);
            assertThat(read(audio, from, count))
                    .as("%d bytes from %d", count, from)
                    .isEqualTo(Arrays.copyOfRange(whole, (int) from, (int) (from + count)));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"G722", "OPUS"})
    void aSourceThatChangesItsCodecIsHeardInBoth(Codec wide) throws StoreFault, IOException {
        speak(Leg.INSIDE, Codec.PCMU, encoded(Codec.PCMU, 100), 0);
        speak(Leg.INSIDE, wide, encoded(wide, 100), 100);

        PlaybackAudio audio = sealed();

        int rate = wide.sampleRateHz();
        assertThat(rateHz(audio)).isEqualTo(rate);
        short[] heard = channel(read(audio, HEADER_BYTES, audio.lengthBytes() - HEADER_BYTES), 0);
        short[] said = sound(rate, 100);
        assertThat(likeness(said, heard, 0)).as("narrow band, brought up").isGreaterThan(0.98);
        assertThat(likeness(said, heard, 2 * rate)).as("wide band").isGreaterThan(0.98);
        assertThat(Arrays.copyOfRange(heard, 4 * rate + rate / 10, heard.length))
                .containsOnly((short) 0);
    }

    @Test
    void whatWasLostIsSilenceAndIsNotMadeUp() throws StoreFault, IOException {
        List<byte[]> payloads = encoded(Codec.OPUS, 100);
        speak(Leg.INSIDE, Codec.OPUS, payloads.subList(0, 40), 0);
        speak(Leg.INSIDE, Codec.OPUS, payloads.subList(42, 100), 42);

        PlaybackAudio audio = sealed();

        short[] heard = channel(read(audio, HEADER_BYTES, audio.lengthBytes() - HEADER_BYTES), 0);
        assertThat(Arrays.copyOfRange(heard, 40 * 960, 42 * 960)).containsOnly((short) 0);
        short[] whole = decoded(Codec.OPUS, payloads);
        assertThat(likeness(Arrays.copyOfRange(whole, 45 * 960, 99 * 960), heard, 45 * 960))
                .isGreaterThan(0.999);
    }

    @Test
    void packetsOutOfOrderAreDecodedInTheOrderInWhichTheySound() throws StoreFault, IOException {
        List<byte[]> payloads = encoded(Codec.G722, 100);
        for (int i = 0; i < 100; i += 2) {
            receive(Leg.INSIDE, Codec.G722, payloads.get(i + 1), i + 1, 20L * (i + 1));
            receive(Leg.INSIDE, Codec.G722, payloads.get(i), i, 20L * (i + 1) + 1);
        }

        PlaybackAudio audio = sealed();

        short[] heard = channel(read(audio, HEADER_BYTES, audio.lengthBytes() - HEADER_BYTES), 0);
        assertThat(Arrays.copyOf(heard, 100 * 320)).isEqualTo(decoded(Codec.G722, payloads));
    }

    /// What was only negotiated does not make the file larger.
    @Test
    void narrowBandStaysAt8kHzThoughOpusWasOffered() throws StoreFault, IOException {
        speak(Leg.INSIDE, Codec.PCMU, encoded(Codec.PCMU, 50), 0);
        PlaybackAudio audio = sealed();
        assertThat(rateHz(audio)).isEqualTo(8_000);
        assertThat(audio.lengthBytes()).isEqualTo(HEADER_BYTES + SECONDS * 8_000L * 4);
    }

    @Test
    void rubbishInAPacketOfOpusIsSilence() throws StoreFault, IOException {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            byte[] rubbish = new byte[random.nextInt(100)];
            random.nextBytes(rubbish);
            receive(Leg.INSIDE, Codec.OPUS, rubbish, i, 20L * i);
        }
        PlaybackAudio audio = sealed();
        assertThat(read(audio, 0, audio.lengthBytes())).hasSize((int) audio.lengthBytes());
    }

    private void speak(Leg leg, Codec codec, List<byte[]> payloads, int firstPacket) throws StoreFault {
        for (int i = 0; i < payloads.size(); i++) {
            receive(leg, codec, payloads.get(i), firstPacket + i, 20L * (firstPacket + i));
        }
    }

    /// One packet of 20 ms, whose timestamp tells its place.
    private void receive(Leg leg, Codec codec, byte[] payload, int packet, long afterMillis) throws StoreFault {
        ByteBuffer datagram = ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) (int) TYPES.getOrDefault(codec, 0))
                .putShort((short) (65_000 + packet))
                .putInt(packet * codec.clockRateHz() / 50)
                .putInt(7)
                .put(payload)
                .flip();
        open.append(leg, nanos(STARTED) + afterMillis * 1_000_000L, peer(), ours(), datagram);
        if (packet % 10 == 0) {
            open.flush();
        }
        packets.merge(leg, 1, Integer::sum);
    }

    private PlaybackAudio sealed() throws StoreFault {
        open.seal(closing(packets.getOrDefault(Leg.INSIDE, 0), packets.getOrDefault(Leg.OUTSIDE, 0), SECONDS));
        return store.store().playback(id(1));
    }
}
