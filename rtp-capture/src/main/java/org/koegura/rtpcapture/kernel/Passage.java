package org.koegura.rtpcapture.kernel;

/// Which packets of a party pass, and how their numbers change (RFC 3550 §5.1).
///
/// @param payloadType theirs
/// @param ssrc theirs
/// @param newSsrc that they leave with
/// @param sequence added to the sequence number, modulo 2^16
/// @param timestamp added to the timestamp, modulo 2^32
public record Passage(int payloadType, int ssrc, int newSsrc, int sequence, int timestamp) {

    public Passage {
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("payload type: 0 to 127 is needed");
        }
    }
}
