package org.koegura.rtpcapture.srtp;

/// How far one source is under one key: what a process that is started again must know.
///
/// @param ssrc the source
/// @param packetIndex highest RTP packet index that was seen or may have been sent; -1 for none
/// @param reportIndex highest RTCP index likewise; -1 for none
public record SourceCheckpoint(int ssrc, long packetIndex, long reportIndex) {

    public SourceCheckpoint {
        if (packetIndex < -1
                || packetIndex > PacketIndex.LAST
                || reportIndex < -1
                || reportIndex > PacketIndex.LAST_REPORT) {
            throw new IllegalArgumentException("packet index: 48 bits, report index: 31 bits");
        }
    }
}
