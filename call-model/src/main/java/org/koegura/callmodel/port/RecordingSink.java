package org.koegura.callmodel.port;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.callmodel.srtp.CryptoSuite;

/// Keeps received packets as evidence. Asked by rtp-capture's writers, answered by storage-client.
///
/// Every method blocks and belongs to a writer's thread: never call it from an event loop.
public interface RecordingSink {

    /// Opens a recording. Returns once its key is wrapped and on stable storage and its file header is written: no
    /// packet may come before its key could survive.
    OpenRecording open(Opening opening) throws StoreFault;

    /// What is known when capture starts.
    ///
    /// @param recording its name; opening the same one twice is an error
    /// @param facts the call
    /// @param basis what makes capture lawful
    /// @param formats payload formats that may occur on the inside leg and on the outside leg; what is agreed
    ///     later comes by [OpenRecording#formats]
    /// @param answeredAt when the 2xx passed; capture never starts before it (N1)
    /// @param captureStartedAt arrival time from which packets are kept; none is earlier
    record Opening(
            RecordingId recording,
            CallFacts facts,
            CaptureBasis basis,
            List<LegFormat> formats,
            Instant answeredAt,
            Instant captureStartedAt) {}

    /// A payload format that may arrive on a leg.
    ///
    /// @param srtp the suite under which its packets arrive; what is kept of them is authenticated and
    ///     decrypted. Null where they arrive as they are kept
    record LegFormat(Leg leg, AudioFormat format, @Nullable CryptoSuite srtp) {

        /// One that arrives as plain RTP.
        public LegFormat(Leg leg, AudioFormat format) {
            this(leg, format, null);
        }
    }

    /// What is known when it ends.
    ///
    /// @param basis as at the opening, with receiver reports that arrived later
    /// @param endedAt when capture ended
    /// @param end why the call ended
    /// @param accounts one per leg
    /// @param gaps what is declared lost
    /// @param spans when capture was on and nothing was to be kept, in order, at most [#SPANS_MAX]
    /// @param beside when capture was on and more was relayed than the audio, in order, at most [#SPANS_MAX]
    /// @param replays what the other party heard once more of a notice, in the inside party's place,
    ///     while capture was on (N13), in order, each with packets, at most [#SPANS_MAX]
    record Closing(
            CaptureBasis basis,
            Instant endedAt,
            EndReason end,
            List<StreamAccount> accounts,
            List<Gap> gaps,
            List<Span> spans,
            List<Beside> beside,
            List<Replayed> replays) {}

    /// Spans that one recording declares at most.
    int SPANS_MAX = 256;

    /// Bytes of the longest datagram that is kept; no telephone's is a tenth of it.
    int DATAGRAM_BYTES_MAX = 65_456;

    /// A time in which nothing of the call is kept between `from` and `to`: it carried no audio that could
    /// be read, capture was paused, a new party was not told yet, or we lost the thread.
    ///
    /// @param reason why
    /// @param told why capture was lawful after [Reason#NEW_PARTY]; null where it did not go on, and for
    ///     any other reason
    record Span(
            Instant from,
            Instant to,
            Reason reason,
            @Nullable CaptureBasis told) {

        /// What the call carried instead, or why nothing of it was to be kept.
        public enum Reason {
            /// A fax (ITU-T T.38), which is relayed and not recorded.
            FAX,
            /// Audio that the parties sealed between them (SRTP), or offered to, so that what came may
            /// have been that.
            ENCRYPTED,
            /// Somebody paused capture (R9), whatever the call carried.
            PAUSE,
            /// Somebody else stood on the outside leg, or was said to, and was not told yet (N2),
            /// whatever the call carried.
            NEW_PARTY,
            /// A command of the signalling was lost, so that nobody knows what might be kept: until the end of
            /// capture. A recording that declares it MUST be sealed as partial.
            COMMAND_LOST
        }

        public Span {
            if (to.isBefore(from)) {
                throw new IllegalArgumentException("span: it ends before it begins");
            }
            if (told != null && reason != Reason.NEW_PARTY) {
                throw new IllegalArgumentException("span: a basis is needed after a new party alone");
            }
        }

        /// One after which nobody had to be told.
        public Span(Instant from, Instant to, Reason reason) {
            this(from, to, reason, null);
        }
    }

    /// A time in which the call carried more than its audio: video, text, a second audio. That is relayed, and
    /// nothing of it is kept; the audio goes on.
    ///
    /// @param merged whether it stands for several of these, for want of room, and for what lay between them
    record Beside(Instant from, Instant to, boolean merged) {

        public Beside {
            if (to.isBefore(from)) {
                throw new IllegalArgumentException("beside: it ends before it begins");
            }
        }
    }

    /// A recording being written. One writer's thread owns it at any time; not safe for two at once.
    interface OpenRecording {

        /// Adds one received datagram. It is in memory only until [#flush], and never reaches a disk unencrypted.
        ///
        /// @param leg on which it arrived
        /// @param arrivalEpochNanos arrival, nanoseconds since 1970-01-01T00:00:00Z
        /// @param source where it came from
        /// @param destination our port that received it
        /// @param datagram the UDP payload, position to limit; not kept after the call
        void append(
                Leg leg,
                long arrivalEpochNanos,
                InetSocketAddress source,
                InetSocketAddress destination,
                ByteBuffer datagram)
                throws StoreFault;

        /// Says what payload types mean that may arrive on a leg from now on. It replaces what was said of
        /// these types for packets that are appended later, never for earlier ones; of a type of which
        /// nothing was said before, it is the meaning of the earlier ones too. Kept as packets are: in
        /// memory only until [#flush].
        ///
        /// @param leg on which they arrive
        /// @param sinceEpochNanos when it was agreed, nanoseconds since 1970-01-01T00:00:00Z
        /// @param formats one or more, each of another payload type
        void formats(Leg leg, long sinceEpochNanos, List<AudioFormat> formats) throws StoreFault;

        /// Encrypts what was appended and hands it to the operating system: it survives the end of this process.
        void flush() throws StoreFault;

        /// Ends, signs and forces the recording to stable storage. Idempotent: a second call returns the same seal.
        /// After a failed append or flush it seals what is whole.
        Seal seal(Closing closing) throws StoreFault;
    }
}
