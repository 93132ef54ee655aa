package org.koegura.callmodel.port;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;

/// Gives sealed recordings back. Asked by governance only, so that nothing is heard past the role check and the
/// journal; answered by storage-client. Blocks.
public interface RecordingStore {

    /// The seal of a recording, or empty where there is none.
    Optional<Seal> find(RecordingId recording) throws StoreFault;

    /// Derives playback audio: RIFF/WAVE, 16-bit linear, two channels – left inside, right outside – on the true
    /// timeline of arrival, gaps as silence. Derived in memory and never stored (Art. 7.2).
    ///
    /// One rate for the whole: 8000 Hz where packets came in narrow-band formats alone, 16,000 Hz where G.722 came,
    /// 48,000 Hz where Opus came. Packets of a format that cannot be decoded are silence.
    ///
    /// @throws StoreFault.Missing no such recording, or its key is gone
    /// @throws StoreFault.Damaged its seal does not hold; nothing is played
    PlaybackAudio playback(RecordingId recording) throws StoreFault;

    /// Playback audio of known length, read in any part. Holds no file open between calls.
    interface PlaybackAudio {

        /// Length of the whole WAVE file in bytes, header included.
        long lengthBytes();

        /// Writes bytes `[from, from + count)` of the WAVE file. MUST give the same bytes however the file is cut
        /// into parts, also where a codec remembers what went before.
        void write(OutputStream out, long from, long count) throws StoreFault, IOException;
    }
}
