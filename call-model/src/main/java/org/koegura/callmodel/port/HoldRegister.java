package org.koegura.callmodel.port;

import org.koegura.callmodel.RecordingId;

/// Knows which recordings are preserved (Art. 7.1). Asked by storage-client before anything is erased;
/// answered by
/// governance.
public interface HoldRegister {

    /// Whether a hold is in force on a recording. Blocks.
    ///
    /// MUST look into the register each time, and MUST NOT answer from memory: what is erased does not come
    /// back.
    ///
    /// @throws HoldFault the register cannot be read; nothing MUST then be erased
    boolean isHeld(RecordingId recording) throws HoldFault;

    /// The register could not be read. Mend it, then try again; until then nothing is erased.
    final class HoldFault extends Exception {
        public HoldFault(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
