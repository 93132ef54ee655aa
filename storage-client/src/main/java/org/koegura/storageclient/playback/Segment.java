package org.koegura.storageclient.playback;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koegura.audio.Codec;
import org.koegura.audio.Resampler;
import org.koegura.callmodel.Leg;
import org.koegura.storageclient.packets.PcapngBuffer;

/// Ten seconds of the timeline, the unit in which a recording is decoded.
///
/// Decoders remember what went before. So that the sound of a moment never depends on which bytes were asked for, a
/// segment is always decoded whole and alike: fresh decoders, the packets in the order in which they sound, from a
/// second before its beginning. After so long a pre-roll a decoder of G.722 stands where one stands that heard the
/// whole call, and one of Opus has heard twelve times the 80 ms that are advised (RFC 7845 §4.6).
///
/// ```
///    pre-roll 1 s     margin |      the segment      | margin
/// |.. decoded, not kept .....|.......................|......|     margins of 10 ms feed the filter at the seams
/// ```
///
/// Each rate that occurs has a lane of its own, which is brought to the recording's rate as a whole. Gaps stay
/// silence: what a codec makes up for a lost packet moves its decoder on and is not heard.
///
/// One thread; what was decoded is cleared in [#close].
final class Segment implements AutoCloseable {

    static final int FRAMES = 10 * LegClock.FRAMES_PER_SECOND;

    private static final int PRE_ROLL_FRAMES = LegClock.FRAMES_PER_SECOND;
    private static final int MARGIN_FRAMES = LegClock.FRAMES_PER_SECOND / 100;

    /// Far more than telephones send in a segment; what a leg has beyond it stays silence.
    private static final int PACKETS_MAX = 16_384;

    private static final int PAYLOAD_BYTES_MAX = 4 << 20;

    private final long start;
    private final int rateHz;
    private final LegPackets[] legs = {new LegPackets(), new LegPackets()};

    /// One packet, where it sounds.
    private static final class Sound {
        private final long frame;
        private final Codec codec;
        private final int ssrc;
        private final byte[] payload;

        Sound(long frame, Codec codec, int ssrc, byte[] payload) {
            this.frame = frame;
            this.codec = codec;
            this.ssrc = ssrc;
            this.payload = payload;
        }
    }

    private static final class LegPackets {
        private final List<Sound> sounds = new ArrayList<>();
        private int payloadBytes;
    }

    /// @param index counted from the beginning of the timeline
    /// @param rateHz samples a second that come out
    Segment(long index, int rateHz) {
        this.start = index * FRAMES;
        this.rateHz = rateHz;
    }

    /// The first frame whose packets it wants.
    long fromFrame() {
        return start - PRE_ROLL_FRAMES;
    }

    /// The frame from which on it wants no packet.
    long toFrame() {
        return start + FRAMES + MARGIN_FRAMES;
    }

    /// Takes a copy of a packet; the packets of a leg come in the order of their arrival.
    void take(Leg leg, long frame, Codec codec, RtpPacket packet, ByteBuffer datagram) {
        LegPackets of = legs[PcapngBuffer.code(leg)];
        of.payloadBytes += packet.payloadBytes();
        if (of.sounds.size() < PACKETS_MAX && of.payloadBytes <= PAYLOAD_BYTES_MAX) {
            byte[] payload = new byte[packet.payloadBytes()];
            datagram.get(packet.payloadAt(), payload);
            of.sounds.add(new Sound(frame, codec, packet.ssrc(), payload));
        }
    }

    /// All of it: two channels of 16-bit samples, little-endian; silence where nothing sounds.
    byte[] decode() {
        byte[] pcm = new byte[FRAMES / (LegClock.FRAMES_PER_SECOND / rateHz) * WavePlayback.FRAME_BYTES];
        for (Leg leg : Leg.values()) {
            int code = PcapngBuffer.code(leg);
            SortedMap<Integer, short[]> lanes = lanes(legs[code]);
            lanes.forEach((laneHz, lane) -> mix(pcm, 2 * code, laneHz, lane));
            lanes.values().forEach(lane -> Arrays.fill(lane, (short) 0));
        }
        return pcm;
    }

    private SortedMap<Integer, short[]> lanes(LegPackets of) {
        of.sounds.sort(Comparator.comparingLong(sound -> sound.frame));
        SortedMap<Integer, short[]> lanes = new TreeMap<>();
        try (Voices voices = new Voices()) {
            for (Sound sound : of.sounds) {
                int samples = voices.decode(sound.ssrc, sound.codec, sound.frame, ByteBuffer.wrap(sound.payload));
                int framesPerSample = LegClock.FRAMES_PER_SECOND / sound.codec.sampleRateHz();
                short[] lane = lanes.computeIfAbsent(
                        sound.codec.sampleRateHz(), _ -> new short[(FRAMES + 2 * MARGIN_FRAMES) / framesPerSample]);
                long at = Math.floorDiv(sound.frame - start + MARGIN_FRAMES, framesPerSample);
                int from = Math.clamp(-at, 0, samples);
                int to = Math.clamp(lane.length - at, from, samples);
                if (from < to) { // else it is of the pre-roll
                    System.arraycopy(voices.samples(), from, lane, (int) (at + from), to - from);
                }
            }
        }
        return lanes;
    }

    /// Brings a lane to the rate of the recording and adds it to a channel.
    private void mix(byte[] pcm, int channelAt, int laneHz, short[] lane) {
        short[] converted = Resampler.convert(lane, laneHz, rateHz);
        int margin = MARGIN_FRAMES / (LegClock.FRAMES_PER_SECOND / rateHz);
        for (int i = 0; i < pcm.length / WavePlayback.FRAME_BYTES; i++) {
            int at = i * WavePlayback.FRAME_BYTES + channelAt;
            int there = (pcm[at] & 0xFF) | (pcm[at + 1] << 8);
            int sum = Math.clamp(there + converted[margin + i], Short.MIN_VALUE, Short.MAX_VALUE);
            pcm[at] = (byte) sum;
            pcm[at + 1] = (byte) (sum >> 8);
        }
        Arrays.fill(converted, (short) 0);
    }

    @Override
    public void close() {
        for (LegPackets leg : legs) {
            leg.sounds.forEach(sound -> Arrays.fill(sound.payload, (byte) 0));
            leg.sounds.clear();
        }
    }
}
