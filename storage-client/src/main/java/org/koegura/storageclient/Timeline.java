package org.koegura.storageclient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.G711;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.LegFormat;

/// Where every packet of a recording sounds. Made by one reading that also checks the recording; after it, any stretch
/// is decoded by reading only the spans that touch it.
///
/// Memory: one [Span] per 256 KiB of packets, so some 330 in an hour of G.711 in both directions.
final class Timeline {

    private static final long SPAN_BYTES = 256L << 10;
    private static final int PAYLOAD_TYPES = 128;
    private static final int PCMU_STATIC = 0;
    private static final int PCMA_STATIC = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// How a payload type is decoded.
    private enum Law {
        MU,
        A
    }

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
    private final @Nullable Law[][] laws = new @Nullable Law[Leg.values().length][PAYLOAD_TYPES];
    private final List<Span> spans = new ArrayList<>();

    /// Reads the whole recording once.
    ///
    /// @throws StoreFault.Damaged a chunk or the file is not what was sealed
    Timeline(LocalRecordings.Content content, SealedManifest manifest) throws StoreFault {
        this.content = content;
        this.startNanos = ChronoUnit.NANOS.between(Instant.EPOCH, manifest.startedAt());
        Duration length = Duration.between(manifest.startedAt(), manifest.endedAt());
        this.frames = length.isNegative() ? 0 : length.toNanos() / (NANOS_PER_SECOND / LegClock.FRAMES_PER_SECOND);
        for (Law[] leg : laws) {
            leg[PCMU_STATIC] = Law.MU;
            leg[PCMA_STATIC] = Law.A;
        }
        index(manifest);
    }

    /// Length of capture in frames.
    long frames() {
        return frames;
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

    /// Decodes frames `[from, from + pcm.length / 4)`: two channels of 16-bit samples, little-endian; silence where
    /// nothing sounds.
    void decode(long from, byte[] pcm, int pcmBytes) throws StoreFault {
        long to = from + pcmBytes / WavePlayback.FRAME_BYTES;
        for (int i = 0; i < spans.size(); i++) {
            Span span = spans.get(i);
            if (span.touches(from, to)) {
                decode(span, i + 1 < spans.size() ? spans.get(i + 1).offset : Long.MAX_VALUE, from, to, pcm);
            }
        }
    }

    private void decode(Span span, long endOffset, long from, long to, byte[] pcm) throws StoreFault {
        try (ChunkReader reader = content.open(null)) {
            reader.seek(span.offset, span.chunk);
            Sounding sounding = new Sounding(span, from, to, pcm);
            while (reader.wholeBytes() < endOffset) {
                if (!reader.next()) {
                    if (!reader.endedWell()) {
                        throw content.damaged("chunk " + reader.chunks() + " changed while it was played");
                    }
                    return;
                }
                PcapngReader.read(reader.plain(), sounding);
            }
        } catch (IOException e) {
            throw content.unreadable(e);
        }
    }

    private long frame(long epochNanos) {
        return Math.floorDiv(epochNanos - startNanos, NANOS_PER_SECOND / LegClock.FRAMES_PER_SECOND);
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
            Law law = packet.payloadType() < 0 ? null : laws[PcapngBuffer.code(leg)][packet.payloadType()];
            if (law == null) {
                return;
            }
            long frame = clocks[PcapngBuffer.code(leg)].place(packet, frame(epochNanos));
            if (frame != LegClock.DUPLICATE) {
                placed(leg, frame, law, packet, datagram);
            }
        }

        abstract void placed(Leg leg, long frame, Law law, RtpPacket packet, ByteBuffer datagram);
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
                boolean narrow = format.format().clockRateHz() == LegClock.FRAMES_PER_SECOND;
                laws[PcapngBuffer.code(format.leg())][format.format().payloadType()] =
                        switch (format.format().encodingName()) {
                            case "PCMU" -> narrow ? Law.MU : null;
                            case "PCMA" -> narrow ? Law.A : null;
                            default -> null;
                        };
            }
        }

        @Override
        void placed(Leg leg, long frame, Law law, RtpPacket packet, ByteBuffer datagram) {
            span.fromFrame = Math.min(span.fromFrame, frame);
            span.toFrame = Math.max(span.toFrame, frame + packet.payloadBytes());
        }
    }

    /// A later walk: decodes what falls between two frames.
    private final class Sounding extends Walk {
        private final long from;
        private final long to;
        private final byte[] pcm;

        Sounding(Span span, long from, long to, byte[] pcm) {
            super(Arrays.stream(span.clocks).map(LegClock::copy).toArray(LegClock[]::new));
            this.from = from;
            this.to = to;
            this.pcm = pcm;
        }

        @Override
        void placed(Leg leg, long frame, Law law, RtpPacket packet, ByteBuffer datagram) {
            int first = Math.clamp(from - frame, 0, packet.payloadBytes());
            int end = Math.clamp(to - frame, 0, packet.payloadBytes());
            for (int i = first; i < end; i++) {
                byte code = datagram.get(packet.payloadAt() + i);
                short sample = law == Law.MU ? G711.muLawToLinear(code) : G711.aLawToLinear(code);
                int at = (int) (frame + i - from) * WavePlayback.FRAME_BYTES + 2 * PcapngBuffer.code(leg);
                pcm[at] = (byte) sample;
                pcm[at + 1] = (byte) (sample >> 8);
            }
        }
    }
}
