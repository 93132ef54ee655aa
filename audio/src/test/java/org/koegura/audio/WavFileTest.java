package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WavFileTest {

    private static final byte[] TWO_SAMPLES = {1, 0, (byte) 0xFE, (byte) 0xFF};

    @Test
    void monoSamplesAreRead() throws IOException {
        WavFile wav = read(riff(format(1, 1, 48_000, 16), chunk("data", TWO_SAMPLES)));
        assertThat(wav.sampleRateHz()).isEqualTo(48_000);
        assertThat(wav.samples()).containsExactly(1, -2);
        assertThat(wav.mono()).containsExactly(1, -2);
    }

    @Test
    void stereoIsMixedByAveraging() throws IOException {
        WavFile wav = read(riff(format(1, 2, 8000, 16), chunk("data", new byte[] {10, 0, 20, 0})));
        assertThat(wav.channels()).isEqualTo(2);
        assertThat(wav.mono()).containsExactly(15);
    }

    @Test
    void chunksOfOtherKindsAreSkippedWithTheirPadding() throws IOException {
        WavFile wav = read(riff(
                chunk("LIST", new byte[] {1, 2, 3}),
                format(1, 1, 8000, 16),
                chunk("x", new byte[4]),
                chunk("data", TWO_SAMPLES)));
        assertThat(wav.samples()).containsExactly(1, -2);
    }

    @Test
    void whatIsNot16BitPcmIsRefusedInOneLine() {
        assertRefused(riff(format(3, 1, 8000, 32), chunk("data", TWO_SAMPLES)), "32 bits of coding 3");
        assertRefused(riff(format(1, 3, 8000, 16), chunk("data", TWO_SAMPLES)), "not 3");
        assertRefused(riff(chunk("data", TWO_SAMPLES)), "before its fmt chunk");
        assertRefused(riff(format(1, 1, 8000, 16)), "no data chunk");
        assertRefused(riff(format(1, 1, 8000, 16), chunk("data", new byte[] {1})), "whole samples");
        assertRefused("not a sound at all".getBytes(StandardCharsets.US_ASCII), "RIFF");
        assertRefused(new byte[0], "RIFF");
    }

    @Test
    void aFileCutAnywhereIsRefusedAndNeverHalfRead() {
        byte[] whole = riff(format(1, 1, 8000, 16), chunk("data", TWO_SAMPLES));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(WavFile.Unsupported.class);
        }
    }

    @Property(tries = 500)
    void noBytesMakeTheReaderFailOtherwise(@ForAll byte[] tail) {
        byte[] file = riff(tail);
        try {
            assertThat(read(file).channels()).isBetween(1, 2);
        } catch (IOException refused) {
            assertThat(refused).isInstanceOf(WavFile.Unsupported.class);
        }
    }

    private static void assertRefused(byte[] file, String why) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(WavFile.Unsupported.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    private static WavFile read(byte[] file) throws IOException {
        return WavFile.read(new ByteArrayInputStream(file));
    }

    private static byte[] riff(byte[]... chunks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("WAVE".getBytes(StandardCharsets.US_ASCII));
        for (byte[] chunk : chunks) {
            body.writeBytes(chunk);
        }
        return chunk("RIFF", body.toByteArray());
    }

    private static byte[] format(int coding, int channels, int sampleRateHz, int bits) {
        ByteBuffer body = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        body.putShort((short) coding).putShort((short) channels).putInt(sampleRateHz);
        body.putInt(sampleRateHz * channels * bits / 8)
                .putShort((short) (channels * bits / 8))
                .putShort((short) bits);
        return chunk("fmt ", body.array());
    }

    private static byte[] chunk(String id, byte[] body) {
        ByteBuffer chunk =
                ByteBuffer.allocate(8 + body.length + (body.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
        chunk.put(String.format("%-4s", id).getBytes(StandardCharsets.US_ASCII))
                .putInt(body.length)
                .put(body);
        return chunk.array();
    }
}
