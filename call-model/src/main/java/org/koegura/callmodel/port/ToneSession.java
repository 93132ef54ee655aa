package org.koegura.callmodel.port;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.koegura.callmodel.AudioFormat;

/// The media of a telephone that asked for something by digits and called nobody: a tone of ours, and no more. What the
/// telephone sends is dropped. Any thread.
public interface ToneSession extends AutoCloseable {

    /// Where the telephone shall send, as SDP says it.
    MediaSession.LocalMedia local();

    /// Whether it can be heard in that format.
    boolean speaks(AudioFormat format);

    /// Says where the telephone wants its audio, before [#speak]. MUST NOT block.
    ///
    /// @param signalling where its signalling comes from: the only address from which another port is learnt
    void expect(InetSocketAddress rtp, InetAddress signalling);

    /// Speaks the tone that says "done": two short ones after a moment of silence, at the pace of the format. Then runs
    /// `over`, once, on a thread that must not be blocked; also where it could not be heard. MUST NOT block.
    void speak(AudioFormat format, Runnable over);

    /// Frees the ports. Idempotent. MUST NOT block.
    @Override
    void close();
}
