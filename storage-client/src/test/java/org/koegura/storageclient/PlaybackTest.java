package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;
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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;

/// Where what was received sounds: on the true timeline of arrival.
class PlaybackTest {

    private static final int FRAMES = 160;
    private static final byte LOUD = (byte) 0x80;
    private static final short LOUD_LINEAR = 32_124;
    private static final byte SOFT = (byte) 0xF0;
    private static final short SOFT_LINEAR = 120;

    @TempDir
    Path data;

    private LocalStore store;
    private OpenRecording open;
    private int packets;

    @BeforeEach
    void open() throws StoreFault {
        store = TestStore.open(data);
        List<LegFormat> formats = List.of(
                new LegFormat(Leg.INSIDE, new AudioFormat(0, "PCMU", 8_000, 20)),
                new LegFormat(Leg.INSIDE, new AudioFormat(8, "PCMA", 8_000, 20)),
                new LegFormat(Leg.INSIDE, new AudioFormat(96, "PCMU", 8_000, 20)),
                new LegFormat(Leg.INSIDE, new AudioFormat(101, "TELEPHONE-EVENT", 8_000, 20)));
        open = store.sink().open(new Opening(id(1), facts(), exempted(ANSWERED), formats, ANSWERED, STARTED));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void jitterDoesNotShiftSound() throws StoreFault, IOException {
        receive(0, rtp(0, 0, 1_000, 1, LOUD));
        receive(75, rtp(0, 1, 1_160, 1, SOFT));
        receive(41, rtp(0, 2, 1_320, 1, LOUD));

        short[] heard = play();

        assertRun(heard, 0, FRAMES, LOUD_LINEAR);
        assertRun(heard, FRAMES, 2 * FRAMES, SOFT_LINEAR);
        assertRun(heard, 2 * FRAMES, 3 * FRAMES, LOUD_LINEAR);
        assertRun(heard, 3 * FRAMES, heard.length, (short) 0);
    }

    @Test
    void theFirstPacketSoundsWhenItArrived() throws StoreFault, IOException {
        receive(500, rtp(0, 0, 1, 1, LOUD));

        assertRun(play(), 4_000, 4_000 + FRAMES, LOUD_LINEAR);
    }

    @Test
    void holdIsSilenceOfItsTrueLengthThoughTheClockOfTheSourceStood() throws StoreFault, IOException {
        receive(0, rtp(0, 0, 0, 1, LOUD));
        receive(1_600, rtp(0, 1, 160, 1, SOFT));

        short[] heard = play();

        assertRun(heard, 0, FRAMES, LOUD_LINEAR);
        assertRun(heard, FRAMES, 12_800, (short) 0);
        assertRun(heard, 12_800, 12_800 + FRAMES, SOFT_LINEAR);
    }

    @Test
    void aNewSourceSoundsWhenItArrived() throws StoreFault, IOException {
        receive(0, rtp(0, 0, 0, 1, LOUD));
        receive(100, rtp(0, 7_000, 3_000_000_000L, 2, SOFT));

        assertRun(play(), 800, 800 + FRAMES, SOFT_LINEAR);
    }

    @Test
    void timestampsAndSequenceNumbersMayWrap() throws StoreFault, IOException {
        receive(0, rtp(0, 65_535, 0xFFFF_FFFFL - 79, 1, LOUD));
        receive(20, rtp(0, 0, 80, 1, SOFT));

        assertRun(play(), FRAMES, 2 * FRAMES, SOFT_LINEAR);
    }

    @Test
    void ofAPacketThatCameTwiceTheFirstIsHeard() throws StoreFault, IOException {
        receive(0, rtp(0, 5, 0, 1, LOUD));
        receive(20, rtp(0, 6, 160, 1, LOUD));
        receive(21, rtp(0, 5, 0, 1, SOFT));

        assertRun(play(), 0, 2 * FRAMES, LOUD_LINEAR);
    }

    @Test
    void aPacketOutOfOrderFindsItsPlace() throws StoreFault, IOException {
        receive(0, rtp(0, 0, 0, 1, LOUD));
        receive(40, rtp(0, 2, 320, 1, LOUD));
        receive(45, rtp(0, 1, 160, 1, SOFT));

        assertRun(play(), FRAMES, 2 * FRAMES, SOFT_LINEAR);
    }

    @Test
    void bothLawsAndDynamicPayloadTypesAreDecodedAndEventsAndComfortNoiseAreSilence() throws StoreFault, IOException {
        receive(0, rtp(8, 0, 0, 1, (byte) 0xAA));
        receive(20, rtp(96, 1, 160, 1, LOUD));
        receive(40, rtp(101, 2, 320, 1, LOUD));
        receive(60, rtp(13, 3, 480, 1, LOUD));
        receive(80, rtp(97, 4, 640, 1, LOUD));

        short[] heard = play();

        assertRun(heard, 0, FRAMES, (short) 32_256);
        assertRun(heard, FRAMES, 2 * FRAMES, LOUD_LINEAR);
        assertRun(heard, 2 * FRAMES, heard.length, (short) 0);
    }

    @Test
    void contributorsExtensionAndPaddingAreNoSound() throws StoreFault, IOException {
        ByteBuffer datagram = ByteBuffer.allocate(12 + 4 + 8 + 2 + 3);
        datagram.put((byte) 0xB1).put((byte) 0).putShort((short) 0).putInt(0).putInt(1);
        datagram.putInt(99).putShort((short) 0xBEDE).putShort((short) 1).putInt(7);
        datagram.put(LOUD).put(LOUD).put((byte) 0).put((byte) 0).put((byte) 3);
        receive(0, datagram.array());

        short[] heard = play();

        assertRun(heard, 0, 2, LOUD_LINEAR);
        assertRun(heard, 2, heard.length, (short) 0);
    }

    @Test
    void junkIsKeptAndNotHeard() throws StoreFault, IOException {
        receive(0, new byte[0]);
        receive(1, new byte[] {(byte) 0x80});
        receive(2, new byte[] {(byte) 0xBF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3});
        receive(3, new byte[] {(byte) 0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xFF});
        receive(4, "OPTIONS sip:nobody SIP/2.0".getBytes(US_ASCII));

        assertRun(play(), 0, 16_000, (short) 0);
    }

    private void receive(int afterMillis, byte[] datagram) throws StoreFault {
        open.append(Leg.INSIDE, nanos(STARTED) + afterMillis * 1_000_000L, peer(), ours(), ByteBuffer.wrap(datagram));
        open.flush();
        packets++;
    }

    /// The inside party's channel of two seconds.
    private short[] play() throws StoreFault, IOException {
        open.seal(closing(packets, 0, 2));
        PlaybackAudio audio = store.store().playback(id(1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        audio.write(out, 44, audio.lengthBytes() - 44);
        ByteBuffer pcm = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        short[] left = new short[pcm.remaining() / 4];
        for (int i = 0; i < left.length; i++) {
            left[i] = pcm.getShort(4 * i);
            assertThat(pcm.getShort(4 * i + 2)).isZero();
        }
        return left;
    }

    private static void assertRun(short[] heard, int from, int to, short sample) {
        short[] expected = new short[to - from];
        Arrays.fill(expected, sample);
        assertThat(Arrays.copyOfRange(heard, from, to)).isEqualTo(expected);
    }

    private static byte[] rtp(int payloadType, int sequence, long ticks, int ssrc, byte sample) {
        byte[] packet = new byte[12 + FRAMES];
        Arrays.fill(packet, sample);
        ByteBuffer.wrap(packet)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt((int) ticks)
                .putInt(ssrc);
        return packet;
    }
}
