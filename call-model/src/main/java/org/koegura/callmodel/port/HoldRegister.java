package org.koegura.callmodel.port;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.RecordingId;

/// Knows which recordings are preserved (Art. 7.1; H1, H2). Asked by storage-client before anything is
/// erased; answered by governance.
public interface HoldRegister {

    /// Whether something preserves a recording: a hold on it, or an undecided request for its call or
    /// for a part of the same call. Blocks.
    ///
    /// MUST look into the register each time, and MUST NOT answer from memory: what is erased does not come
    /// back.
    ///
    /// @param call whose recording it is
    /// @throws HoldFault the register cannot be read; nothing MUST then be erased
    boolean isHeld(RecordingId recording, CallId call) throws HoldFault;

    /// The same question for whoever is about to begin what cannot be taken back: until the answer is
    /// closed nothing comes to preserve anything. Blocks. MUST be closed by the same thread, and soon:
    /// somebody may wait who asks to preserve a call.
    ///
    /// @return null where something preserves it
    /// @throws HoldFault as [#isHeld]
    @Nullable
    Unheld unheld(RecordingId recording, CallId call) throws HoldFault;

    /// Nothing preserves the recording while this is open.
    interface Unheld extends AutoCloseable {
        @Override
        void close();
    }

    /// The register could not be read. Mend it, then try again; until then nothing is erased.
    final class HoldFault extends Exception {
        public HoldFault(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
