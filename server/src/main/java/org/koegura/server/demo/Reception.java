package org.koegura.server.demo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// What a telephone tells of the stream it receives: RTCP sender reports with one report block (RFC 3550 §6.4.1,
/// appendices A.3 and A.8) and its CNAME. The notice's proof is stronger where the other party's telephone reports.
///
/// The receiving thread feeds it, the sending thread asks it; it locks itself.
final class Reception {

    private static final int RATE_HZ = 8000;
    private static final long NTP_EPOCH_SECONDS = 2_208_988_800L;
    private static final int REPORT_BYTES = 52;

    private boolean began;
    private int sourceSsrc;
    private int baseSequence;
    private int cycles;
    private int highest;
    private long received;
    private long expectedBefore;
    private long receivedBefore;
    private int transitBefore;
    private double jitterTicks;

    /// One packet arrived; out-of-order packets of the same source are counted, another source starts anew.
    synchronized void take(int ssrc, int sequence, int timestamp, long arrivalNanos) {
        int transit = (int) (arrivalNanos * RATE_HZ / 1_000_000_000L) - timestamp;
        if (!began || ssrc != sourceSsrc) {
            begin(ssrc, sequence, transit);
        }
        int ahead = sequence - highest & 0xFFFF;
        if (ahead != 0 && ahead < 0x8000) {
            cycles += sequence < highest ? 0x10000 : 0;
            highest = sequence;
        }
        received++;
        jitterTicks += (Math.abs((double) transit - transitBefore) - jitterTicks) / 16;
        transitBefore = transit;
    }

    private void begin(int ssrc, int sequence, int transit) {
        began = true;
        sourceSsrc = ssrc;
        baseSequence = sequence;
        highest = sequence;
        cycles = 0;
        received = 0;
        expectedBefore = 0;
        receivedBefore = 0;
        transitBefore = transit;
        jitterTicks = 0;
    }

    /// A compound packet for the far end: SR with one block, where something was received, and SDES.
    ///
    /// @param timestamp RTP timestamp of now
    synchronized byte[] report(int ssrc, Instant now, int timestamp, int packetsSent, int octetsSent, String cname) {
        int blocks = began ? 1 : 0;
        byte[] name = cname.getBytes(StandardCharsets.US_ASCII);
        int sdesWords = 1 + (2 + name.length) / 4 + 1; // SSRC, the item, at least one zero at the end
        int reportWords = (REPORT_BYTES - (1 - blocks) * 24) / 4;
        ByteBuffer out = ByteBuffer.allocate(reportWords * 4 + 4 + sdesWords * 4)
                .put((byte) (0x80 | blocks))
                .put((byte) 200)
                .putShort((short) (reportWords - 1))
                .putInt(ssrc)
                .putInt((int) (now.getEpochSecond() + NTP_EPOCH_SECONDS))
                .putInt((int) (((long) now.getNano() << 32) / 1_000_000_000L))
                .putInt(timestamp)
                .putInt(packetsSent)
                .putInt(octetsSent);
        if (began) {
            putBlock(out);
        }
        out.put((byte) 0x81)
                .put((byte) 202)
                .putShort((short) sdesWords)
                .putInt(ssrc)
                .put((byte) 1)
                .put((byte) name.length)
                .put(name);
        return out.array();
    }

    private void putBlock(ByteBuffer out) {
        long expected = cycles + highest - baseSequence + 1L;
        long lost = Math.clamp(expected - received, -0x800000, 0x7FFFFF);
        long expectedNow = expected - expectedBefore;
        long lostNow = expectedNow - (received - receivedBefore);
        expectedBefore = expected;
        receivedBefore = received;
        int fraction = expectedNow <= 0 || lostNow <= 0 ? 0 : (int) Math.min(255, (lostNow << 8) / expectedNow);
        out.putInt(sourceSsrc)
                .putInt((fraction << 24) | ((int) lost & 0xFFFFFF))
                .putInt(cycles + highest)
                .putInt((int) jitterTicks)
                .putInt(0)
                .putInt(0);
    }
}
