package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.opening;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.peer;
import static org.koegura.storageclient.Sounds.HEADER_BYTES;
import static org.koegura.storageclient.Sounds.channel;
import static org.koegura.storageclient.Sounds.encoded;
import static org.koegura.storageclient.Sounds.likeness;
import static org.koegura.storageclient.Sounds.rateHz;
import static org.koegura.storageclient.Sounds.read;
import static org.koegura.storageclient.Sounds.sound;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;

/// Calls that begin in PCMU, of which alone their opening facts speak, and agree to another codec later.
class MidCallFormatsTest {

    private static final AudioFormat OPUS = new AudioFormat(111, "OPUS", 48_000, 20);
    private static final AudioFormat WIDE = new AudioFormat(111, "G722", 8_000, 20);
    private static final int SECONDS = 24;

    @TempDir
    Path data;

    private LocalStore store;
    private OpenRecording open;
    private final Map<Leg, Integer> packets = new EnumMap<>(Map.of(Leg.INSIDE, 0, Leg.OUTSIDE, 0));

    @BeforeEach
    void open() throws StoreFault {
        store = TestStore.open(data);
        open = store.sink().open(opening(id(1)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void opusAgreedInMidCallIsHeardAndSoIsTheWayBack() throws StoreFault, IOException {
        speak(0, Codec.PCMU, 0, 100);
        agree(Leg.INSIDE, OPUS, 100);
        speak(111, Codec.OPUS, 100, 100);
        speak(0, Codec.PCMU, 200, 50);

        PlaybackAudio audio = sealed();

        assertThat(rateHz(audio)).isEqualTo(48_000);
        short[] heard = heard(audio, 0);
        assertHeard(heard, 0, 100);
        assertHeard(heard, 100, 100);
        assertHeard(heard, 200, 50);
    }

    /// The writer may be told a moment after the first packet came.
    @Test
    void packetsThatPrecedeTheFirstMeaningOfTheirTypeHaveThatMeaning() throws StoreFault, IOException {
        speak(0, Codec.PCMU, 0, 50);
        speak(111, Codec.OPUS, 50, 100);
        agree(Leg.INSIDE, OPUS, 150);
        speak(0, Codec.PCMU, 150, 50);

        PlaybackAudio audio = sealed();

        assertThat(rateHz(audio)).isEqualTo(48_000);
        short[] heard = heard(audio, 0);
        assertHeard(heard, 0, 50);
        assertHeard(heard, 50, 100);
        assertHeard(heard, 150, 50);
    }

    /// RFC 3264 §8.3.2 forbids it, and yet it happens.
    @Test
    void anotherMeaningOfATypeHoldsFromItsPlaceOnAndNotBefore() throws StoreFault, IOException {
        agree(Leg.INSIDE, OPUS, 0);
        speak(111, Codec.OPUS, 0, 100);
        agree(Leg.INSIDE, WIDE, 100);
        speak(111, Codec.G722, 100, 100);
        agree(Leg.INSIDE, OPUS, 200);
        speak(111, Codec.OPUS, 200, 100);

        short[] heard = heard(sealed(), 0);

        assertHeard(heard, 0, 100);
        assertHeard(heard, 100, 100);
        assertHeard(heard, 200, 100);
    }

    /// A part is decoded from the nearest place that playback remembers: with the meanings of that place.
    @Test
    void aMeaningHoldsInEveryPartOfALongCall() throws StoreFault, IOException {
        speak(111, Codec.OPUS, 0, 50);
        agree(Leg.INSIDE, OPUS, 50);
        for (int second = 1; second < SECONDS; second++) {
            for (int i = 0; i < 50; i++) {
                receive(Leg.OUTSIDE, new byte[1_200], 1_000 * second + i);
            }
            if (second == 12) {
                agree(Leg.INSIDE, WIDE, 600);
            }
            speak(111, second < 12 ? Codec.OPUS : Codec.G722, 50 * second, 50);
        }

        PlaybackAudio audio = sealed();

        for (int second = 0; second < SECONDS; second++) {
            byte[] part = read(audio, HEADER_BYTES + second * 48_000L * 4, 48_000L * 4);
            assertThat(likeness(said(50 * second, 50), channel(part, 0), 0))
                    .as("second %d", second)
                    .isGreaterThan(0.95);
        }
    }

    @Test
    void whatIsAgreedForOneLegSaysNothingOfTheOther() throws StoreFault, IOException {
        agree(Leg.OUTSIDE, OPUS, 0);
        speak(111, Codec.OPUS, 0, 50);

        PlaybackAudio audio = sealed();

        assertThat(rateHz(audio)).isEqualTo(8_000);
        assertThat(heard(audio, 0)).containsOnly((short) 0);
    }

    @Test
    void aFormatThatCannotBeDecodedIsSilenceFromItsPlaceOn() throws StoreFault, IOException {
        agree(Leg.INSIDE, OPUS, 0);
        speak(111, Codec.OPUS, 0, 50);
        agree(Leg.INSIDE, new AudioFormat(111, "AMR-WB", 16_000, 20), 50);
        speak(111, Codec.OPUS, 50, 50);

        short[] heard = heard(sealed(), 0);

        assertHeard(heard, 0, 50);
        assertThat(Arrays.copyOfRange(heard, 50 * 960 + 480, heard.length)).containsOnly((short) 0);
    }

    @Test
    void theBlockStandsInItsPlaceAsTheFormatPageDrawsIt() throws StoreFault {
        speak(0, Codec.PCMU, 0, 2);
        agree(Leg.OUTSIDE, OPUS, 2);
        speak(111, Codec.OPUS, 2, 1);
        Seal seal = open.seal(closing(3, 0, SECONDS));

        ByteBuffer blocks = ByteBuffer.wrap(
                        SealedFolder.of(data, id(1), seal.location()).pcapng())
                .order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> types = new ArrayList<>();
        while (blocks.hasRemaining()) {
            int at = blocks.position();
            types.add(blocks.getInt(at));
            if (blocks.getInt(at) == 5) {
                String json = "{\"formats\":[{\"payloadType\":111,\"encodingName\":\"OPUS\",\"clockRateHz\":48000,"
                        + "\"packetMillis\":20}]}";
                assertThat(blocks.getInt(at + 8)).as("interface").isEqualTo(1);
                assertThat((long) blocks.getInt(at + 12) << 32 | (blocks.getInt(at + 16) & 0xFFFF_FFFFL))
                        .isEqualTo(nanos(STARTED) + 40_000_000L);
                assertThat(blocks.getShort(at + 20)).as("opt_comment").isEqualTo((short) 1);
                byte[] comment = new byte[blocks.getShort(at + 22)];
                blocks.get(at + 24, comment);
                assertThat(new String(comment, UTF_8)).isEqualTo(json);
            }
            blocks.position(at + blocks.getInt(at + 4));
        }
        assertThat(types).containsExactly(0x0A0D0D0A, 1, 1, 6, 6, 5, 6);
    }

    @Test
    void aRecordingThatANewStartSealsKeepsWhatItsTypesMean() throws StoreFault, IOException {
        agree(Leg.INSIDE, OPUS, 0);
        speak(111, Codec.OPUS, 0, 50);
        open.flush();
        store.close();
        store = TestStore.open(data);
        store.recovered().getFirst().acknowledge();

        PlaybackAudio audio = store.store().playback(id(1));

        assertThat(rateHz(audio)).isEqualTo(48_000);
        assertThat(likeness(said(0, 48), heard(audio, 0), 0)).isGreaterThan(0.95);
    }

    @Test
    void agreementsAloneAreWritten() throws StoreFault, IOException {
        for (int i = 0; i < 2_000; i++) {
            agree(Leg.INSIDE, i % 2 == 0 ? WIDE : OPUS, i);
        }
        assertThat(heard(sealed(), 0)).containsOnly((short) 0);
    }

    @Test
    void whatSaysNothingOrTwoThingsAtOnceIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> open.formats(Leg.INSIDE, nanos(STARTED), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open.formats(Leg.INSIDE, nanos(STARTED), List.of(OPUS, WIDE)));
    }

    /// All that a party can name fits one block.
    @Test
    void anEncodingNameWithoutEndIsCut() throws StoreFault, IOException {
        List<AudioFormat> formats = new ArrayList<>();
        for (int payloadType = 0; payloadType < 128; payloadType++) {
            formats.add(new AudioFormat(payloadType, "\u0001".repeat(60_000), 8_000, 20));
        }
        open.formats(Leg.OUTSIDE, nanos(STARTED), formats);
        speak(0, Codec.PCMU, 0, 50);
        assertThat(likeness(sound(8_000, 50), heard(sealed(), 0), 0)).isGreaterThan(0.98);
    }

    private void agree(Leg leg, AudioFormat format, int packet) throws StoreFault {
        open.formats(leg, nanos(STARTED) + packet * 20_000_000L, List.of(format));
    }

    /// The inside party says its piece of the voice, in packets of 20 ms.
    private void speak(int payloadType, Codec codec, int from, int count) throws StoreFault {
        List<byte[]> payloads = encoded(codec, from + count);
        for (int packet = from; packet < from + count; packet++) {
            byte[] payload = payloads.get(packet);
            byte[] datagram = ByteBuffer.allocate(12 + payload.length)
                    .put((byte) 0x80)
                    .put((byte) payloadType)
                    .putShort((short) packet)
                    .putInt(packet * codec.clockRateHz() / 50)
                    .putInt(7)
                    .put(payload)
                    .array();
            receive(Leg.INSIDE, datagram, 20L * packet);
        }
    }

    private void receive(Leg leg, byte[] datagram, long afterMillis) throws StoreFault {
        long arrival = nanos(STARTED) + afterMillis * 1_000_000L;
        open.append(leg, arrival, peer(), ours(), ByteBuffer.wrap(datagram));
        packets.merge(leg, 1, Integer::sum);
    }

    private PlaybackAudio sealed() throws StoreFault {
        open.seal(closing(packets.getOrDefault(Leg.INSIDE, 0), packets.getOrDefault(Leg.OUTSIDE, 0), SECONDS));
        return store.store().playback(id(1));
    }

    private static short[] heard(PlaybackAudio audio, int channel) throws StoreFault, IOException {
        return channel(read(audio, HEADER_BYTES, audio.lengthBytes() - HEADER_BYTES), channel);
    }

    /// The first and last packets are left out: at a change the coders of both codecs begin anew.
    private static void assertHeard(short[] heard, int from, int count) {
        assertThat(likeness(said(from + 3, count - 6), heard, (from + 3) * 960))
                .as("%d packets from packet %d on", count, from)
                .isGreaterThan(0.95);
    }

    private static short[] said(int from, int count) {
        return Arrays.copyOfRange(sound(48_000, from + count), from * 960, (from + count) * 960);
    }
}
