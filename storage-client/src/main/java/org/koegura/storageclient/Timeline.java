package org.koegura.storageclient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.LegFormat;

/// Where every packet of a recording sounds. Made by one reading that also checks the recording; after it, any
/// [Segment] is decoded by reading only the spans that touch it.
///
/// Memory: one [Span] per 256 KiB of packets, so some 330 in an hour of G.711 in both directions; while a segment is
/// decoded its packets and its sound, at most 16 MiB.
final class Timeline {

    private static final long SPAN_BYTES = 256L << 10;
    private static final int PAYLOAD_TYPES = 128;

    /// RFC 3551 §6: audio that needs no word in the session description.
    private static final Map<Integer, Codec> STATIC = Map.of(0, Codec.PCMU, 8, Codec.PCMA, 9, Codec.G722);

    /// The longest payload of Opus (RFC 6716 §3.1).
    private static final int OPUS_FRAMES_MAX = LegClock.FRAMES_PER_SECOND * 120 / 1_000;

    /// An octet of any other codec here speaks for 1/8000 s, whether it makes one sample or two.
    private static final int OCTET_FRAMES = LegClock.FRAMES_PER_SECOND / 8_000;

    /// A run of chunks: where it begins, the clocks as they stood there, and the frames that it touches.
    private static final class Span {
        private final long offset;
        private final long chunk;
        private final LegClock[] clocks;
        private long fromFrame = Long.MAX_VALUE;
        private long toFrame = Long.MIN_VALUE;

        Span(long offset, long chunk, LegClock[] clocks) {
            this.offset = offset;
            this.chunk = chunk;
            this.clocks = clocks;
        }

        boolean touches(long from, long to) {
            return fromFrame < to && toFrame > from;
        }
    }

    private final LocalRecordings.Content content;
    private final long startNanos;
    private final long frames;
    private final @Nullable Codec[][] codecs = new @Nullable Codec[Leg.values().length][PAYLOAD_TYPES];
    private final List<Span> spans = new ArrayList<>();
    private int rateHz = Codec.PCMU.sampleRateHz();

    /// Reads the whole recording once.
    ///
    /// @throws StoreFault.Damaged a chunk or the file is not what was sealed
    Timeline(LocalRecordings.Content content, SealedManifest manifest) throws StoreFault {
        this.content = content;
        this.startNanos = ChronoUnit.NANOS.between(Instant.EPOCH, manifest.startedAt());
        Duration length = Duration.between(manifest.startedAt(), manifest.endedAt());
        this.frames = length.isNegative() ? 0 : frames(length.toNanos());
        for (@Nullable Codec[] leg : codecs) {
            STATIC.forEach((payloadType, codec) -> leg[payloadType] = codec);
        }
        index(manifest);
    }

    /// Samples a second of playback: the highest rate of the codecs in which packets came; 8000 where none came.
    int rateHz() {
        return rateHz;
    }

    /// Length of capture in samples at [#rateHz].
    long samples() {
        return frames / (LegClock.FRAMES_PER_SECOND / rateHz);
    }

    private void index(SealedManifest manifest) throws StoreFault {
        CiphertextDigest digest = new CiphertextDigest();
        try (ChunkReader reader = content.open(digest)) {
            Placing placing = new Placing(new LegClock[] {new LegClock(), new LegClock()});
            long spanStart = -SPAN_BYTES;
            long before = reader.wholeBytes();
            while (reader.next()) {
                if (before - spanStart >= SPAN_BYTES) {
                    placing.span = new Span(before, reader.chunks() - 1, placing.copyClocks());
                    spans.add(placing.span);
                    spanStart = before;
                }
                PcapngReader.read(reader.plain(), placing);
                before = reader.wholeBytes();
            }
            if (!reader.endedWell() || reader.chunks() != manifest.chunks()) {
                throw content.damaged("chunk " + reader.chunks() + " is not what was sealed");
            }
            if (!digest.finish().sha256().equals(manifest.sha256())) {
                throw content.damaged("the packets file is not the one that was sealed");
            }
        } catch (IOException e) {
            throw content.unreadable(e);
        }
    }

    /// Decodes a segment whole: two channels of 16-bit samples, little-endian; silence where nothing sounds.
    byte[] decode(long index) throws StoreFault {
        try (Segment segment = new Segment(index, rateHz)) {
            for (int i = 0; i < spans.size(); i++) {
                Span span = spans.get(i);
                if (span.touches(segment.fromFrame(), segment.toFrame())) {
                    gather(span, i + 1 < spans.size() ? spans.get(i + 1).offset : Long.MAX_VALUE, segment);
                }
            }
            return segment.decode();
        }
    }

    private void gather(Span span, long endOffset, Segment segment) throws StoreFault {
        try (ChunkReader reader = content.open(null)) {
            reader.seek(span.offset, span.chunk);
            Gathering gathering = new Gathering(span, segment);
            while (reader.wholeBytes() < endOffset) {
                if (!reader.next()) {
                    if (!reader.endedWell()) {
                        throw content.damaged("chunk " + reader.chunks() + " changed while it was played");
                    }
                    return;
                }
                PcapngReader.read(reader.plain(), gathering);
            }
        } catch (IOException e) {
            throw content.unreadable(e);
        }
    }

    /// Frames in a time, rounded down; a frame is 1/48,000 s, which is no whole number of nanoseconds.
    private static long frames(long nanos) {
        return Math.floorDiv(nanos * 6, 125_000L);
    }

    /// The most frames for which a payload can speak.
    private static long framesMax(Codec codec, RtpPacket packet) {
        return switch (codec) {
            case PCMU, PCMA, G722 -> (long) packet.payloadBytes() * OCTET_FRAMES;
            case OPUS -> OPUS_FRAMES_MAX;
        };
    }

    /// Places packets one after the other, with the clocks that the packets before them left.
    private abstract class Walk implements PcapngReader.Visitor {
        final LegClock[] clocks;

        Walk(LegClock[] clocks) {
            this.clocks = clocks;
        }

        @Override
        public void opening(String openingFacts) throws StoreFault.Damaged {
            // Read by the first walk alone.
        }

        @Override
        public void packet(Leg leg, long epochNanos, ByteBuffer datagram) {
            RtpPacket packet = RtpPacket.of(datagram);
            Codec codec = packet.payloadType() < 0 ? null : codecs[PcapngBuffer.code(leg)][packet.payloadType()];
            if (codec == null) {
                return;
            }
            LegClock clock = clocks[PcapngBuffer.code(leg)];
            long frame = clock.place(packet, codec.clockRateHz(), frames(epochNanos - startNanos));
            if (frame != LegClock.DUPLICATE) {
                placed(leg, frame, codec, packet, datagram);
            }
        }

        abstract void placed(Leg leg, long frame, Codec codec, RtpPacket packet, ByteBuffer datagram);
    }

    /// The first walk: learns the formats, and which frames each span touches.
    private final class Placing extends Walk {
        private Span span = new Span(0, 0, new LegClock[0]);

        Placing(LegClock[] clocks) {
            super(clocks);
        }

        LegClock[] copyClocks() {
            return Arrays.stream(clocks).map(LegClock::copy).toArray(LegClock[]::new);
        }

        @Override
        public void opening(String openingFacts) throws StoreFault.Damaged {
            for (LegFormat format : OpeningFacts.parse(openingFacts).formats()) {
                codecs[PcapngBuffer.code(format.leg())][format.format().payloadType()] = spoken(format.format());
            }
        }

        /// Null for a format that cannot be decoded, also because this machine has no library for it.
        private static @Nullable Codec spoken(AudioFormat format) {
            Codec codec = Codec.of(format.encodingName(), format.clockRateHz());
            return codec == null || codec.trouble().isPresent() ? null : codec;
        }

        @Override
        void placed(Leg leg, long frame, Codec codec, RtpPacket packet, ByteBuffer datagram) {
            rateHz = Math.max(rateHz, codec.sampleRateHz());
            span.fromFrame = Math.min(span.fromFrame, frame);
            span.toFrame = Math.max(span.toFrame, frame + framesMax(codec, packet));
        }
    }

    /// A later walk: gathers what a segment wants.
    private final class Gathering extends Walk {
        private final Segment segment;

        Gathering(Span span, Segment segment) {
            super(Arrays.stream(span.clocks).map(LegClock::copy).toArray(LegClock[]::new));
            this.segment = segment;
        }

        @Override
        void placed(Leg leg, long frame, Codec codec, RtpPacket packet, ByteBuffer datagram) {
            if (frame < segment.toFrame() && frame + framesMax(codec, packet) > segment.fromFrame()) {
                segment.take(leg, frame, codec, packet, datagram);
            }
        }
    }
}
