package org.koegura.callmodel.port;

import org.koegura.callmodel.JournalEntry;

/// The append-only, hash-chained record of people's acts and of the system's decisions (E1). Answered by governance.
public interface Journal {

    /// Returns only when the entry is on stable storage. Blocks: never call it from an event loop.
    ///
    /// @throws JournalFault it is not; an act that must be journalled MUST then not be done
    void append(JournalEntry entry) throws JournalFault;

    /// The journal could not be written. Free space or mend the medium, then try again.
    final class JournalFault extends Exception {
        public JournalFault(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
