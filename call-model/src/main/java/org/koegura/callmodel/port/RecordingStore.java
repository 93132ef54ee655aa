package org.koegura.callmodel.port;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;

/// Gives sealed recordings back. Asked by governance only, so that nothing is heard past the role check and the
/// journal; answered by storage-client. Blocks.
public interface RecordingStore {

    /// The seal of a recording, or empty where there is none, or none any more.
    Optional<Seal> find(RecordingId recording) throws StoreFault;

    /// How a recording was erased, or empty where it was not. MUST answer from the moment on at which its
    /// erasure can no longer be taken back; [#find] is empty from then on.
    Optional<Erasure> erasure(RecordingId recording) throws StoreFault;

    /// What is left of an erased recording (Art. 7.3).
    ///
    /// @param at when it was erased
    /// @param why what asked for it
    /// @param manifestSha256 hash of the manifest that it had, 64 lower-case hexadecimal digits
    record Erasure(Instant at, Why why, String manifestSha256) {
        /// What asks for erasures.
        public enum Why {
            /// The built-in medium needed its place for a new recording (Art. 7.3).
            OVERWRITTEN
        }
    }

    /// Derives playback audio: RIFF/WAVE, 16-bit linear, two channels – left inside, right outside – on the true
    /// timeline of arrival, gaps as silence. Derived in memory and never stored (Art. 7.2).
    ///
    /// One rate for the whole: 8000 Hz where packets came in narrow-band formats alone, 16,000 Hz where G.722 came,
    /// 48,000 Hz where Opus came. Packets of a format that cannot be decoded are silence.
    ///
    /// @throws StoreFault.Missing no such recording, or its key is gone
    /// @throws StoreFault.Damaged its seal does not hold; nothing is played
    PlaybackAudio playback(RecordingId recording) throws StoreFault;

    /// Whether a copy may be made of a recording: only where its signed manifest says that the demo made it (C1);
    /// for every other one Art. 7.4 asks for a warrant. False where there is no such recording. Reads only the
    /// manifest.
    ///
    /// @throws StoreFault.Damaged its manifest is not what our key signed
    boolean isExportable(RecordingId recording) throws StoreFault;

    /// Makes a copy ready, once the whole recording was read and its hashes and signature hold.
    ///
    /// MUST refuse every recording that [#isExportable] does not name, and MUST NOT give a byte of it.
    ///
    /// @throws StoreFault.Missing no such recording, or its key is gone
    /// @throws StoreFault.Damaged its seal does not hold, or it does not say the same of itself inside and
    ///     outside the encryption; nothing is given
    Export export(RecordingId recording, Form form) throws StoreFault;

    /// What a copy is.
    enum Form {
        /// The received streams as they were kept, byte for byte the plaintext inside the encryption.
        PCAPNG,
        /// What [#playback] gives, whole.
        WAV
    }

    /// What became of the wish for a copy.
    sealed interface Export {

        /// It may be read.
        record Ready(Copy copy) implements Export {}

        /// Art. 7.4 forbids it: there is no warrant, and the demo did not make this recording.
        record NoWarrant() implements Export {}
    }

    /// A copy of known length that is made while it is read. Holds no file open between calls.
    interface Copy {

        long lengthBytes();

        /// Writes the whole copy in bounded memory.
        ///
        /// @throws StoreFault what was read is not what was verified: the caller MUST break the transfer off
        void write(OutputStream out) throws StoreFault, IOException;
    }

    /// Playback audio of known length, read in any part. Holds no file open between calls.
    interface PlaybackAudio {

        /// Length of the whole WAVE file in bytes, header included.
        long lengthBytes();

        /// Writes bytes `[from, from + count)` of the WAVE file. MUST give the same bytes however the file is cut
        /// into parts, also where a codec remembers what went before.
        void write(OutputStream out, long from, long count) throws StoreFault, IOException;
    }
}
