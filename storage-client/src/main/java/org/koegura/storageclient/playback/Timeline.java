package org.koegura.storageclient.playback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.storageclient.manifest.AgreedFormats;
import org.koegura.storageclient.manifest.OpeningFacts;
import org.koegura.storageclient.manifest.SealedManifest;
import org.koegura.storageclient.packets.ChunkReader;
import org.koegura.storageclient.packets.CiphertextDigest;
import org.koegura.storageclient.packets.PcapngBuffer;
import org.koegura.storageclient.packets.PcapngReader;

/// Where every packet of a recording sounds. Made by one reading that also checks the recording; after it, any
/// [Segment] is decoded by reading only the spans that touch it.
///
/// Memory: one [Span] per 256 KiB of packets, so some 330 in an hour of G.711 in both directions; while a segment is
/// decoded its packets and its sound, at most 16 MiB.
final class Timeline {

    private static final long SPAN_BYTES = 256L << 10;
    /// The longest payload of Opus (RFC 6716 §3.1).
    private static final int OPUS_FRAMES_MAX = LegClock.FRAMES_PER_SECOND * 120 / 1_000;

    /// An octet of any other codec here speaks for 1/8000 s, whether it makes one sample or two.
    private static final int OCTET_FRAMES = LegClock.FRAMES_PER_SECOND / 8_000;

    /// A run of chunks: where it begins, clocks and meanings as they stood there, the frames that it touches.
    private static final class Span {
        private final long offset;
        private final long chunk;
        private final LegClock[] clocks;
        private final Meanings meanings;
        private long fromFrame = Long.MAX_VALUE;
        private long toFrame = Long.MIN_VALUE;

        Span(long offset, long chunk, LegClock[] clocks, Meanings meanings) {
            this.offset = offset;
            this.chunk = chunk;
            this.clocks = clocks;
            this.meanings = meanings;
        }

        boolean touches(long from, long to) {
            return fromFrame < to && toFrame > from;
        }
    }

    private final RecordedPackets packets;
    private final long startNanos;
    private final long frames;
    private final List<Span> spans = new ArrayList<>();
    private int rateHz = Codec.PCMU.sampleRateHz();

    /// Reads the whole recording once; twice where packets came before it was said what their type means.
    ///
    /// @throws StoreFault.Damaged a chunk or the file is not what was sealed
    Timeline(RecordedPackets packets, SealedManifest manifest) throws StoreFault {
        this.packets = packets;
        this.startNanos = ChronoUnit.NANOS.between(Instant.EPOCH, manifest.startedAt());
        Duration length = Duration.between(manifest.startedAt(), manifest.endedAt());
        this.frames = length.isNegative() ? 0 : frames(length.toNanos());
        Placing first = index(manifest, Meanings.OF_RFC_3551);
        if (first.saidLate) {
            spans.clear();
            index(manifest, first.fromTheStart);
        }
    }

    /// Samples a second of playback: the highest rate of the codecs in which packets came; 8000 where none came.
    int rateHz() {
        return rateHz;
    }

    /// Length of capture in samples at [#rateHz].
    long samples() {
        return frames / (LegClock.FRAMES_PER_SECOND / rateHz);
    }

    private Placing index(SealedManifest manifest, Meanings meanings) throws StoreFault {
        CiphertextDigest digest = new CiphertextDigest();
        try (ChunkReader reader = packets.open(digest)) {
            Placing placing = new Placing(new LegClock[] {new LegClock(), new LegClock()}, meanings);
            long spanStart = -SPAN_BYTES;
            long before = reader.wholeBytes();
            while (reader.next()) {
                if (before - spanStart >= SPAN_BYTES) {
                    placing.span = new Span(before, reader.chunks() - 1, placing.copyClocks(), placing.meanings);
                    spans.add(placing.span);
                    spanStart = before;
                }
                PcapngReader.read(reader.plain(), placing);
                before = reader.wholeBytes();
            }
            if (!reader.endedWell() || reader.chunks() != manifest.chunks()) {
                throw packets.damaged("chunk " + reader.chunks() + " is not what was sealed");
            }
            if (!digest.finish().sha256().equals(manifest.sha256())) {
                throw packets.damaged("the packets file is not the one that was sealed");
            }
            return placing;
        } catch (IOException e) {
            throw packets.unreadable(e);
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
        try (ChunkReader reader = packets.open(null)) {
            reader.seek(span.offset, span.chunk);
            Gathering gathering = new Gathering(span, segment);
            while (reader.wholeBytes() < endOffset) {
                if (!reader.next()) {
                    if (!reader.endedWell()) {
                        throw packets.damaged("chunk " + reader.chunks() + " changed while it was played");
                    }
                    return;
                }
                PcapngReader.read(reader.plain(), gathering);
            }
        } catch (IOException e) {
            throw packets.unreadable(e);
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

    /// Places packets one after the other, with the clocks and meanings that what stands before them left.
    private abstract class Walk implements PcapngReader.Visitor {
        final LegClock[] clocks;
        Meanings meanings;

        Walk(LegClock[] clocks, Meanings meanings) {
            this.clocks = clocks;
            this.meanings = meanings;
        }

        @Override
        public void opening(String openingFacts) throws StoreFault.Damaged {
            for (LegFormat format : OpeningFacts.parse(openingFacts).formats()) {
                said(format.leg(), format.format());
            }
        }

        @Override
        public void formats(Leg leg, String agreedFormats) throws StoreFault.Damaged {
            for (AudioFormat format : AgreedFormats.parse(agreedFormats)) {
                said(leg, format);
            }
        }

        void said(Leg leg, AudioFormat format) {
            meanings = meanings.with(leg, format);
        }

        @Override
        public void packet(Leg leg, long epochNanos, ByteBuffer datagram) {
            RtpPacket packet = RtpPacket.of(datagram);
            if (packet.payloadType() < 0) {
                return;
            }
            Codec codec = meanings.codec(leg, packet.payloadType());
            if (codec == null) {
                unheard(leg, packet.payloadType());
                return;
            }
            LegClock clock = clocks[PcapngBuffer.code(leg)];
            long frame = clock.place(packet, codec.clockRateHz(), frames(epochNanos - startNanos));
            if (frame != LegClock.DUPLICATE) {
                placed(leg, frame, codec, packet, datagram);
            }
        }

        abstract void unheard(Leg leg, int payloadType);

        abstract void placed(Leg leg, long frame, Codec codec, RtpPacket packet, ByteBuffer datagram);
    }

    /// The first walk: learns which frames each span touches, and whether a type's first meaning is said after
    /// its first packet. It holds for those packets too: then the walk is done again with what was learnt.
    private final class Placing extends Walk {
        private Span span = new Span(0, 0, new LegClock[0], Meanings.OF_RFC_3551);

        /// What is the first to be said of each payload type.
        private Meanings fromTheStart;

        private final BitSet[] unknown = {new BitSet(), new BitSet()};
        private boolean saidLate;

        Placing(LegClock[] clocks, Meanings meanings) {
            super(clocks, meanings);
            fromTheStart = meanings;
        }

        LegClock[] copyClocks() {
            return Arrays.stream(clocks).map(LegClock::copy).toArray(LegClock[]::new);
        }

        @Override
        void said(Leg leg, AudioFormat format) {
            super.said(leg, format);
            if (!fromTheStart.knows(leg, format.payloadType())) {
                fromTheStart = fromTheStart.with(leg, format);
                saidLate |= unknown[PcapngBuffer.code(leg)].get(format.payloadType());
            }
        }

        @Override
        void unheard(Leg leg, int payloadType) {
            if (!meanings.knows(leg, payloadType)) {
                unknown[PcapngBuffer.code(leg)].set(payloadType);
            }
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
            super(Arrays.stream(span.clocks).map(LegClock::copy).toArray(LegClock[]::new), span.meanings);
            this.segment = segment;
        }

        @Override
        void unheard(Leg leg, int payloadType) {
            // It is silence.
        }

        @Override
        void placed(Leg leg, long frame, Codec codec, RtpPacket packet, ByteBuffer datagram) {
            if (frame < segment.toFrame() && frame + framesMax(codec, packet) > segment.fromFrame()) {
                segment.take(leg, frame, codec, packet, datagram);
            }
        }
    }
}
