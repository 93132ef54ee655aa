package org.koegura.callmodel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.SrtpKeys;

/// Where and what one party agreed to receive on one m-line (RFC 3264), read from its SDP.
///
/// @param rtp where it wants RTP; null while it is on hold in the old way (`c=0.0.0.0`, port 0)
/// @param rtcp where it wants RTCP; equal to `rtp` where both share a port (RFC 5761); null as above
/// @param signalling the address that its signalling came from: the only one from which another port is learnt
/// @param formats audio formats it agreed to receive, in order of preference; empty for m-lines that are not RTP audio
/// @param otherPayloadTypes negotiated payload types that accompany the audio (telephone-event, comfort noise)
/// @param sources SSRCs that it said it sends from (`a=ssrc`, RFC 5576), each as the 32 bits of the RTP header; empty
///     where it said none
/// @param receives whether its direction attribute says that it receives (`sendrecv`, `recvonly`)
/// @param srtp the keys of its leg, where it speaks SRTP; null where it speaks plain RTP, or SRTP of
///     which nobody on the way has keys
public record RemoteMedia(
        @Nullable InetSocketAddress rtp,
        @Nullable InetSocketAddress rtcp,
        InetAddress signalling,
        List<AudioFormat> formats,
        List<Integer> otherPayloadTypes,
        List<Integer> sources,
        boolean receives,
        @Nullable SrtpKeys srtp) {

    public RemoteMedia {
        formats = List.copyOf(formats);
        otherPayloadTypes = List.copyOf(otherPayloadTypes);
        sources = List.copyOf(sources);
    }

    /// One that named no sources, as most do not.
    public RemoteMedia(
            @Nullable InetSocketAddress rtp,
            @Nullable InetSocketAddress rtcp,
            InetAddress signalling,
            List<AudioFormat> formats,
            List<Integer> otherPayloadTypes,
            boolean receives,
            @Nullable SrtpKeys srtp) {
        this(rtp, rtcp, signalling, formats, otherPayloadTypes, List.of(), receives, srtp);
    }

    /// One without SRTP that named no sources.
    public RemoteMedia(
            @Nullable InetSocketAddress rtp,
            @Nullable InetSocketAddress rtcp,
            InetAddress signalling,
            List<AudioFormat> formats,
            List<Integer> otherPayloadTypes,
            boolean receives) {
        this(rtp, rtcp, signalling, formats, otherPayloadTypes, receives, null);
    }
}
