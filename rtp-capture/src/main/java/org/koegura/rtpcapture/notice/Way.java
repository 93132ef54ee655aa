package org.koegura.rtpcapture.notice;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;

/// The way to the outside party, for whatever speaks in the inside party's place. Asked on the call's
/// event loop.
public interface Way {

    /// The frames in the first format that the outside party receives and the prompt has, or empty.
    Optional<NoticeFrames> frames(Prompt prompt);

    /// Whether the outside party can be sent to and says that it receives.
    boolean outsideReceives();

    /// Where packets to the outside party go, or null while that is nowhere.
    @Nullable
    InetSocketAddress destination();

    /// Sends one packet to the outside party; returns whether the socket took it.
    ///
    /// @param first of those that are spoken one behind the other
    boolean send(AudioFormat format, byte[] frame, boolean first, long nowNanos);

    Instant instant(long nowNanos);

    /// Playing threw, which is a defect: for the log. What was played is over.
    void broken(RuntimeException cause);
}
