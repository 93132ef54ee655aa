package org.koegura.callmodel;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The proof that the outside party was told (N4): what was sent, as which packets, and what its receiver reported.
///
/// @param prompt what was played
/// @param format in which format
/// @param ssrc synchronisation source that carried it, unsigned 32 bit
/// @param firstSequence sequence number of its first packet as sent, 0 to 65535, lead-in included
/// @param lastSequence sequence number of its last packet as sent
/// @param packets how many packets were sent, lead-in included
/// @param startedAt when the first was sent
/// @param endedAt when the last was sent
/// @param attempt 1, or 2 when it had to be repeated
/// @param receiverReports RTCP report blocks on that source that cover the span; empty where the peer sent none
/// @param encodedSha256 hash of the file whose bytes were sent, where the prompt was encoded elsewhere; null where it
/// was encoded here
public record NoticeProof(
        Prompt prompt,
        AudioFormat format,
        long ssrc,
        int firstSequence,
        int lastSequence,
        int packets,
        Instant startedAt,
        Instant endedAt,
        int attempt,
        List<ReceiverReport> receiverReports,
        @Nullable String encodedSha256) {

    public NoticeProof {
        receiverReports = List.copyOf(receiverReports);
        if (endedAt.isBefore(startedAt)) {
            throw new IllegalArgumentException("notice proof: it ends before it starts");
        }
    }

    /// One that was encoded here.
    public NoticeProof(
            Prompt prompt,
            AudioFormat format,
            long ssrc,
            int firstSequence,
            int lastSequence,
            int packets,
            Instant startedAt,
            Instant endedAt,
            int attempt,
            List<ReceiverReport> receiverReports) {
        this(
                prompt,
                format,
                ssrc,
                firstSequence,
                lastSequence,
                packets,
                startedAt,
                endedAt,
                attempt,
                receiverReports,
                null);
    }

    /// The same with the reports that came until now.
    public NoticeProof with(List<ReceiverReport> reports) {
        return new NoticeProof(
                prompt,
                format,
                ssrc,
                firstSequence,
                lastSequence,
                packets,
                startedAt,
                endedAt,
                attempt,
                reports,
                encodedSha256);
    }

    /// One report block (RFC 3550 §6.4.1) as the outside party sent it.
    ///
    /// @param at arrival
    /// @param fractionLost of the interval, 0 to 255 in units of 1/256
    /// @param cumulativeLost since the stream began, signed 24 bit
    /// @param highestSequence extended highest sequence number received, unsigned 32 bit
    /// @param jitterTicks interarrival jitter in timestamp ticks, unsigned 32 bit
    public record ReceiverReport(
            Instant at, int fractionLost, int cumulativeLost, long highestSequence, long jitterTicks) {}
}
