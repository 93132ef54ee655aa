package org.koegura.rtpcapture.rtp;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.rtpcapture.rtp.ExtendedSequence.Course;

/// The one stream that the outside party hears: the inside party's, with the notice inside it (trap 25).
///
/// Before the first notice the inside party's packets pass untouched. From the first notice on, the outside party
/// sees one SSRC with continuous sequence numbers and timestamps for the leg's life:
///
/// ```
/// inside    100 101 102 103 104 …  withheld  … 540 541 [542 lost] 543
/// outside   100 101 102 |103 … 449: the notice| 450 451 [452 lost] 453
/// ```
///
/// Losses of the inside stream stay visible as gaps. Timestamps after a notice keep the inside party's own clock
/// where its stream ran before, else they go by arrival, in whole packets; they never go back. A source that begins to
/// count anew is joined so from its second packet on (RFC 3550 A.1).
///
/// Pure: time comes in as monotonic nanoseconds. Owned by the call's event loop; relaying allocates nothing.
public final class OutboundStream {

    /// What is left out beside what the clock says, where another process sent last: the load of a second.
    static final int RESERVED_PACKETS = 50;

    /// A party that has sent nothing for so long suppresses silence, or is on hold.
    private static final long LULL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final int EVENT_BYTES = 4;
    private static final int EVENT_ENDED = 0x80;

    /// As telephones send it: −10 dBm0.
    private static final int EVENT_VOLUME = 10;

    private final RandomGenerator random;
    private final InsideSource inside = new InsideSource();

    /// What the outside party has seen: the highest sequence number sent, with its timestamp and sending time.
    private boolean running;

    private int ssrc;
    private long sequence;
    private int timestamp;

    /// When the last packet was sent, and when the first of those that bear its timestamp was: all packets of one
    /// telephone event bear that of its beginning (RFC 4733 §2.5.1.2).
    private long sentNanos;

    private long timestampNanos;
    private long firstSequence;
    private PacketGrid grid = PacketGrid.USUAL;
    private long packets;
    private long octets;

    /// Whether a notice was ever begun: from then on packets are rewritten.
    private boolean engaged;

    /// Whether the next inside packet has to be joined to what the outside party has seen.
    private boolean joining;

    private long firstInside;
    private long lastInside;
    private long firstJoined;
    private long sequenceOffset;
    private boolean timestampsMapped;
    private int timestampOffset;

    /// Whether the next inside packet of the same source goes on where another process stopped.
    private boolean resuming;

    private long changes;

    public OutboundStream(RandomGenerator random) {
        this.random = random;
    }

    /// Puts an inside packet into its place, in the buffer itself. Returns false where it came too late to have one.
    public boolean relay(ByteBuf packet, long nowNanos) {
        int packetSsrc = RtpHeader.ssrc(packet);
        if (!engaged) {
            passUntouched(packet, packetSsrc, nowNanos);
            return true;
        }
        if (!follows(packetSsrc, nowNanos)) {
            return false;
        }
        int packetSequence = RtpHeader.sequence(packet);
        int packetTimestamp = RtpHeader.timestamp(packet);
        Course course = inside.course(packetSequence);
        if (course == Course.STRAYS) {
            return false;
        }
        joining |= course == Course.BEGINS_ANEW;
        long extended = inside.extend(packetSequence);
        if (!joining && extended < firstInside) {
            return false;
        }
        if (joining) {
            if (resuming) {
                rejoin(extended, packetTimestamp);
            } else {
                join(extended, packetTimestamp, nowNanos);
            }
            resuming = false;
            changes++;
        }
        long outSequence = extended + sequenceOffset;
        int outTimestamp = packetTimestamp + timestampOffset;
        RtpHeader.rewrite(packet, (int) outSequence, outTimestamp, ssrc);
        sent(outSequence, outTimestamp, extended, packet.readableBytes() - RtpHeader.BYTES, nowNanos);
        return true;
    }

    /// Takes note of an inside packet that went out with the present [#sequenceShift], whatever its number.
    public void passed(ByteBuf packet, long nowNanos) {
        int packetSequence = RtpHeader.sequence(packet);
        boolean carried = engaged && !joining && carriesInside() && RtpHeader.ssrc(packet) == inside.ssrc();
        if (carried && inside.isFar(packetSequence)) {
            rejoin(inside.beginAt(packetSequence), RtpHeader.timestamp(packet));
            changes++;
        }
        boolean _ = relay(packet, nowNanos);
    }

    /// Follows the inside stream while the notice speaks in its place.
    public void withhold(ByteBuf packet, long nowNanos) {
        if (follows(RtpHeader.ssrc(packet), nowNanos)) {
            inside.follow(RtpHeader.sequence(packet));
        }
    }

    /// Follows the inside stream while there is nowhere to send it to.
    public void skip(ByteBuf packet, long nowNanos) {
        if (engaged) {
            withhold(packet, nowNanos);
        } else if (running && RtpHeader.ssrc(packet) == ssrc) {
            inside.follow(RtpHeader.sequence(packet));
        }
    }

    /// Follows the inside stream past one packet that the outside party is not to know of: what follows
    /// is numbered as if it had never been sent.
    ///
    /// @param format in which the outside party is spoken to; null where that is not known
    public void swallow(ByteBuf packet, @Nullable AudioFormat format, long nowNanos) {
        if (!running) {
            return; // nothing was numbered yet
        }
        if (format != null) {
            grid = PacketGrid.of(format);
        }
        engaged = true;
        withhold(packet, nowNanos);
        joining = true;
        changes++;
    }

    /// Whether a sender without pauses would have sent audio by now.
    public boolean lacksAudio(AudioFormat format, long nowNanos) {
        long sinceNanos = nowNanos - timestampNanos;
        return running && sinceNanos >= packetNanos(format) * 3 / 2 && sinceNanos < LULL_NANOS;
    }

    /// Appends one packet to `out` in the place of audio that the inside party does not send meanwhile:
    /// one packet time after the last, whenever it goes out.
    public void writeInstead(ByteBuf out, AudioFormat format, byte[] frame, long nowNanos) {
        grid = PacketGrid.of(format);
        sequence++;
        timestamp += grid.ticksPerPacket();
        timestampNanos += packetNanos(format);
        sentNanos = nowNanos;
        count(frame.length);
        RtpHeader.write(out, false, format.payloadType(), (int) sequence, timestamp, ssrc);
        out.writeBytes(frame);
    }

    /// Appends one packet of a telephone event of ours to `out` (RFC 4733 §2.3); before it a notice has
    /// [begun][#beginNotice]. The first one bears the marker, and its time is the event's.
    ///
    /// @param ticks how long the event has lasted
    public void writeEvent(
            ByteBuf out, int payloadType, int event, boolean first, int ticks, boolean ended, long nowNanos) {
        sequence++;
        if (first) {
            timestamp += grid.wholePackets(nowNanos - timestampNanos);
            timestampNanos = nowNanos;
        }
        sentNanos = nowNanos;
        count(EVENT_BYTES);
        RtpHeader.write(out, first, payloadType, (int) sequence, timestamp, ssrc);
        out.writeByte(event);
        out.writeByte(ended ? EVENT_ENDED | EVENT_VOLUME : EVENT_VOLUME);
        out.writeShort(ticks);
    }

    /// Begins a notice. Returns when its first packet is due: one packet time after the last that was sent.
    public long beginNotice(AudioFormat format, long nowNanos) {
        grid = PacketGrid.of(format);
        engaged = true;
        joining = false;
        resuming = false;
        changes++;
        if (!running) {
            ssrc = random.nextInt();
            sequence = random.nextInt(1 << 15);
            firstSequence = sequence + 1;
            timestamp = random.nextInt();
            sentNanos = nowNanos - packetNanos(format);
            timestampNanos = sentNanos;
            running = true;
        }
        return Math.max(nowNanos, sentNanos + packetNanos(format));
    }

    /// Appends one notice packet to `out`: header and frame. The first of a notice bears the marker.
    public void writeNotice(ByteBuf out, AudioFormat format, byte[] frame, boolean first, long nowNanos) {
        sequence++;
        timestamp += first ? grid.wholePackets(nowNanos - timestampNanos) : grid.ticksPerPacket();
        sentNanos = nowNanos;
        timestampNanos = nowNanos;
        packets++;
        octets += frame.length;
        RtpHeader.write(out, first, format.payloadType(), (int) sequence, timestamp, ssrc);
        out.writeBytes(frame);
    }

    /// The notice is over or was broken off: the inside party's next packet continues it.
    public void endNotice() {
        joining = true;
        changes++;
    }

    /// How the stream stands, so that another process goes on in it; null while packets pass untouched, which
    /// needs none.
    ///
    /// @param at now
    public CallCheckpoint.@Nullable Stream checkpoint(Instant at, long nowNanos) {
        if (!engaged) {
            return null;
        }
        boolean mapped = carriesInside() && !joining;
        int ticksSince = grid.ticks(nowNanos - timestampNanos);
        return new CallCheckpoint.Stream(
                ssrc,
                sequence,
                timestamp,
                at.minusNanos(grid.nanos(ticksSince)),
                grid.clockRateHz(),
                grid.ticksPerPacket(),
                packets,
                octets,
                mapped
                        ? new CallCheckpoint.Joint(inside.ssrc(), (int) sequenceOffset & 0xFFFF, timestampOffset)
                        : null);
    }

    /// Grows with whatever changes a checkpoint but the mere course of the stream.
    public long changes() {
        return changes;
    }

    /// Goes on in the stream of another process. What that sent after its checkpoint is not known: numbers are
    /// left out for it, by the clock and [#RESERVED_PACKETS] more, unless the inside party's own numbers tell.
    public void resume(CallCheckpoint.Stream had, Instant at, long nowNanos) {
        long missedNanos = Math.max(0, Duration.between(had.at(), at).toNanos());
        grid = new PacketGrid(had.clockRateHz(), had.ticksPerPacket());
        long missed = missedNanos / grid.nanos(grid.ticksPerPacket()) + RESERVED_PACKETS;
        running = true;
        engaged = true;
        ssrc = had.ssrc();
        sequence = had.sequence() + missed;
        firstSequence = sequence + 1;
        timestamp = had.timestamp();
        timestampNanos = nowNanos - missedNanos;
        sentNanos = nowNanos;
        packets = had.packets() + missed;
        octets = had.octets();
        joining = true;
        CallCheckpoint.Joint joint = had.inside();
        if (joint != null) {
            inside.is(joint.ssrc());
            timestampsMapped = true;
            timestampOffset = joint.timestamp();
            sequenceOffset = joint.sequence();
            resuming = true;
        }
    }

    /// The first packet of the source that was carried before: it goes where the other process would have put it.
    private void rejoin(long extended, int packetTimestamp) {
        long outSequence = ExtendedSequence.near(sequence, (int) (extended + sequenceOffset));
        firstInside = extended;
        firstJoined = outSequence;
        sequenceOffset = outSequence - extended;
        sequence = outSequence - 1;
        firstSequence = outSequence;
        timestamp = packetTimestamp + timestampOffset - grid.ticksPerPacket();
        joining = false;
    }

    /// What is added to the sequence numbers of the packets that follow, modulo 2^16.
    public int sequenceShift() {
        return engaged ? (int) sequenceOffset & 0xFFFF : 0;
    }

    /// What is added to their timestamps.
    public int timestampShift() {
        return engaged ? timestampOffset : 0;
    }

    /// Whether packets are rewritten, and RTCP therefore has to be too.
    public boolean engaged() {
        return engaged;
    }

    /// Whether the outside party has seen any packet.
    public boolean running() {
        return running;
    }

    public int ssrc() {
        return ssrc;
    }

    /// The first sequence number sent from this source, unwrapped.
    public long firstSequence() {
        return firstSequence;
    }

    /// The highest sequence number sent, unwrapped.
    public long sequence() {
        return sequence;
    }

    /// The sequence number, unwrapped, whose low 16 bits a report names.
    public long unwrap(long reportedSequence) {
        return ExtendedSequence.near(sequence, (int) reportedSequence);
    }

    long packets() {
        return packets;
    }

    long octets() {
        return octets;
    }

    /// Whether packets of the inside party's present source have reached the outside party.
    public boolean carriesInside() {
        return inside.known() && timestampsMapped;
    }

    int insideSsrc() {
        return inside.ssrc();
    }

    /// Whether sender reports of that source can be told in the outside party's timestamps.
    boolean mapsTimestampsOf(int source) {
        return carriesInside() && source == inside.ssrc();
    }

    int timestampOffset() {
        return timestampOffset;
    }

    /// The stream's timestamp at a moment, by the clock: for sender reports of our own.
    int timestampAt(long nowNanos) {
        return timestamp + grid.ticks(nowNanos - timestampNanos);
    }

    /// The inside party's extended sequence number for one that the outside party reported. For one that the notice
    /// carried, the last that the inside party brought through before.
    long insideSequence(long reportedSequence) {
        long reported = unwrap(reportedSequence);
        return !joining && reported >= firstJoined ? Math.min(reported - sequenceOffset, lastInside) : lastInside;
    }

    /// The inside party's sequence number of a packet that the outside party names by ours, or the one after the last;
    /// negative for one that was not the inside party's, or went out before a notice.
    int insideNumber(int sequenceNamed) {
        long number = unwrap(sequenceNamed) - sequenceOffset;
        boolean inside = carriesInside() && !joining && number >= firstInside && number <= lastInside + 1;
        return inside ? (int) number & 0xFFFF : -1;
    }

    private void passUntouched(ByteBuf packet, int packetSsrc, long nowNanos) {
        int packetSequence = RtpHeader.sequence(packet);
        int bytes = packet.readableBytes() - RtpHeader.BYTES;
        boolean other = !running || packetSsrc != ssrc;
        if (other) {
            running = true;
            timestampsMapped = true;
            ssrc = packetSsrc;
            inside.is(packetSsrc);
            packets = 0;
            octets = 0;
        }
        Course course = inside.course(packetSequence);
        if (course == Course.STRAYS) {
            count(bytes);
            return;
        }
        if (other || course == Course.BEGINS_ANEW) {
            sequence = packetSequence - 1L;
            firstSequence = packetSequence;
            timestampNanos = nowNanos;
        }
        long extended = inside.extend(packetSequence);
        sent(extended, RtpHeader.timestamp(packet), extended, bytes, nowNanos);
    }

    /// Returns whether a packet is of the inside party's present source, which it may be the first of.
    private boolean follows(int packetSsrc, long nowNanos) {
        return switch (inside.turn(packetSsrc, nowNanos)) {
            case SAME -> true;
            case LATE -> false;
            case OTHER -> {
                timestampsMapped = false;
                joining = true;
                resuming = false;
                changes++;
                yield true;
            }
        };
    }

    private void join(long extended, int packetTimestamp, long nowNanos) {
        int byClock = timestamp + grid.wholePackets(nowNanos - timestampNanos);
        int joined = packetTimestamp + timestampOffset;
        if (!timestampsMapped || Math.abs(joined - byClock) > grid.clockRateHz()) {
            joined = byClock;
        } else if (joined - timestamp < grid.ticksPerPacket()) {
            joined = timestamp + grid.ticksPerPacket();
        }
        timestampOffset = joined - packetTimestamp;
        timestampsMapped = true;
        firstInside = extended;
        firstJoined = sequence + 1;
        sequenceOffset = firstJoined - extended;
        joining = false;
    }

    private void sent(long outSequence, int outTimestamp, long insideSequence, int bytes, long nowNanos) {
        count(bytes);
        if (outSequence > sequence) {
            if (outTimestamp != timestamp) {
                timestampNanos = nowNanos;
            }
            sequence = outSequence;
            timestamp = outTimestamp;
            sentNanos = nowNanos;
            lastInside = insideSequence;
        }
    }

    private void count(int bytes) {
        packets++;
        octets += bytes;
    }

    private static long packetNanos(AudioFormat format) {
        return TimeUnit.MILLISECONDS.toNanos(format.packetMillis());
    }
}
