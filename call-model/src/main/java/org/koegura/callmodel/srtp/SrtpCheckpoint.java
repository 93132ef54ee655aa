package org.koegura.callmodel.srtp;

import java.util.List;

/// What the next process needs to speak on under the keys of a leg, and to use no index of ours twice.
///
/// @param keys the leg's
/// @param sent by source, the highest indices that may have been used with our key; a source that is not here may
///     have been used, too
/// @param heard by source, the highest that were taken under the party's
public record SrtpCheckpoint(SrtpKeys keys, List<SourceCheckpoint> sent, List<SourceCheckpoint> heard) {

    public SrtpCheckpoint {
        sent = List.copyOf(sent);
        heard = List.copyOf(heard);
    }

    /// How far ahead indices are reserved: enough for a disk that stalls, and less than what makes a receiver
    /// guess its rollover counter wrongly (32,768); of audio, and after one start, less than what makes it take
    /// the stream for another one (3,000, RFC 3550 A.1).
    ///
    /// @param packets of each source
    /// @param reports of each source
    public record Window(int packets, int reports) {
        /// Of audio: 40 s of packets of 20 ms.
        public static final Window AUDIO = new Window(2000, 125);

        /// Of all else, which may be video.
        public static final Window OTHER = new Window(8000, 500);

        /// Of an m-line.
        ///
        /// @param audio whether it is the call's audio
        public static Window of(boolean audio) {
            return audio ? AUDIO : OTHER;
        }

        public Window {
            if (packets < 1 || packets >= 1 << 15 || reports < 1) {
                throw new IllegalArgumentException("a window is of less than 32,768 packets, not " + packets);
            }
        }
    }

    /// Whether a process can speak on: there is a source of RTP in whose name it may send whatever comes, for no other
    /// is known not to have been used.
    public boolean speaks() {
        return sent.stream().anyMatch(source -> source.packetIndex() >= 0);
    }

    /// The same with a window for the process that takes it up, which MUST have stored it before it sends.
    public SrtpCheckpoint claimed() {
        return new SrtpCheckpoint(
                keys, sent.stream().map(source -> source.ahead(Window.AUDIO)).toList(), heard);
    }
}
