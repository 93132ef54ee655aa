package org.koegura.audio;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The sound of one RIFF WAVE file: 16-bit PCM, one or two channels.
///
/// ```
/// "RIFF" size32 "WAVE"   then chunks: id[4] size32 body, padded to an even length; all little-endian
///   "fmt " format16 channels16 rate32 byteRate32 blockAlign16 bits16 …
///   "data" samples, channels interleaved
/// ```
///
/// Immutable, any thread.
public final class WavFile {

    /// The most that is read: 64 MiB, more than eleven minutes of 48 kHz mono.
    public static final int BYTES_MAX = 64 << 20;

    private static final int FORMAT_PCM = 1;
    private static final int FORMAT_EXTENSIBLE = 0xFFFE;

    private final int sampleRateHz;
    private final int channels;
    private final short[] samples;

    private WavFile(int sampleRateHz, int channels, short[] samples) {
        this.sampleRateHz = sampleRateHz;
        this.channels = channels;
        this.samples = samples;
    }

    /// The file is not one that we read; its message is one line that says why.
    public static final class Unsupported extends IOException {
        Unsupported(String message) {
            super("WAV file: " + message);
        }
    }

    /// Reads a whole file; does not close the stream.
    ///
    /// Chunks other than `fmt ` and `data` are skipped, the RIFF size is not believed. Throws [Unsupported] for
    /// anything that is not complete 16-bit PCM with one or two channels.
    public static WavFile read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(BYTES_MAX + 1);
        if (bytes.length > BYTES_MAX) {
            throw new Unsupported("at most " + BYTES_MAX + " bytes are read");
        }
        return parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static WavFile parse(ByteBuffer file) throws Unsupported {
        if (file.remaining() < 12
                || !tag(file).equals("RIFF")
                || !tag(file.position(8)).equals("WAVE")) {
            throw new Unsupported("it does not start with RIFF and WAVE");
        }
        @Nullable Format format = null;
        while (file.remaining() >= 8) {
            String id = tag(file);
            long size = Integer.toUnsignedLong(file.getInt());
            if (size > file.remaining()) {
                throw new Unsupported("its chunk '" + id.strip() + "' is cut off");
            }
            ByteBuffer body = file.slice(file.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
            if (id.equals("fmt ")) {
                format = Format.parse(body);
            } else if (id.equals("data")) {
                return samples(format, body);
            }
            file.position((int) Math.min(file.limit(), file.position() + size + (size & 1)));
        }
        throw new Unsupported("it has no data chunk");
    }

    private static WavFile samples(@Nullable Format format, ByteBuffer body) throws Unsupported {
        if (format == null) {
            throw new Unsupported("its data chunk comes before its fmt chunk");
        }
        if (body.remaining() % (2 * format.channels) != 0) {
            throw new Unsupported("its data chunk does not hold whole samples");
        }
        ShortBuffer shorts = body.asShortBuffer();
        short[] samples = new short[shorts.remaining()];
        shorts.get(samples);
        return new WavFile(format.sampleRateHz, format.channels, samples);
    }

    private static String tag(ByteBuffer file) {
        byte[] tag = new byte[4];
        file.get(tag);
        return new String(tag, StandardCharsets.US_ASCII);
    }

    private record Format(int channels, int sampleRateHz) {

        static Format parse(ByteBuffer body) throws Unsupported {
            if (body.remaining() < 16) {
                throw new Unsupported("its fmt chunk is too short");
            }
            int coding = Short.toUnsignedInt(body.getShort(0));
            if (coding == FORMAT_EXTENSIBLE && body.remaining() >= 26) {
                coding = Short.toUnsignedInt(body.getShort(24));
            }
            int channels = Short.toUnsignedInt(body.getShort(2));
            int sampleRateHz = body.getInt(4);
            int bits = Short.toUnsignedInt(body.getShort(14));
            if (coding != FORMAT_PCM || bits != 16) {
                throw new Unsupported("16-bit PCM is needed, not " + bits + " bits of coding " + coding);
            }
            if (channels < 1 || channels > 2) {
                throw new Unsupported("one or two channels are needed, not " + channels);
            }
            if (sampleRateHz <= 0) {
                throw new Unsupported("its sample rate is not positive");
            }
            return new Format(channels, sampleRateHz);
        }
    }

    /// Samples a second of each channel.
    public int sampleRateHz() {
        return sampleRateHz;
    }

    /// 1 or 2.
    public int channels() {
        return channels;
    }

    /// A copy of the linear samples, channels interleaved.
    public short[] samples() {
        return samples.clone();
    }

    /// The same sound in one channel: both channels averaged.
    public short[] mono() {
        if (channels == 1) {
            return samples.clone();
        }
        short[] mono = new short[samples.length / 2];
        for (int i = 0; i < mono.length; i++) {
            mono[i] = (short) ((samples[2 * i] + samples[2 * i + 1]) / 2);
        }
        return mono;
    }
}
