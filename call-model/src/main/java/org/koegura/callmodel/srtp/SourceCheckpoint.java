package org.koegura.callmodel.srtp;

/// How far one source is under one key: what a process that is started again must know (RFC 3711 §3.3.1).
///
/// @param ssrc the source
/// @param packetIndex highest RTP packet index that was seen or may have been sent; -1 for none
/// @param reportIndex highest RTCP index likewise; -1 for none
public record SourceCheckpoint(int ssrc, long packetIndex, long reportIndex) {

    /// The last index of RTP that a key may be used for (RFC 3711 §9.2).
    public static final long LAST_PACKET = (1L << 48) - 1;

    /// The last one of RTCP.
    public static final long LAST_REPORT = (1L << 31) - 1;

    public SourceCheckpoint {
        if (packetIndex < -1 || packetIndex > LAST_PACKET || reportIndex < -1 || reportIndex > LAST_REPORT) {
            throw new IllegalArgumentException("packet index: 48 bits, report index: 31 bits");
        }
    }

    /// The same so much further. Where RTP will begin is for its sender to say; RTCP begins at 0.
    public SourceCheckpoint ahead(SrtpCheckpoint.Window window) {
        return new SourceCheckpoint(
                ssrc,
                packetIndex < 0 ? -1 : Math.min(LAST_PACKET, packetIndex + window.packets()),
                Math.min(LAST_REPORT, reportIndex + window.reports()));
    }

    /// Whichever is further, of the same source.
    public SourceCheckpoint orFurther(SourceCheckpoint other) {
        return new SourceCheckpoint(
                ssrc, Math.max(packetIndex, other.packetIndex), Math.max(reportIndex, other.reportIndex));
    }
}
