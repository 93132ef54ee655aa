package org.koegura.server;

/// What is done between the trials of a start, which nothing of the settings fails any more, and its first file.
interface WarmUp {

    /// Does it. Blocks.
    ///
    /// @throws StartFault the operator no longer wants the start; nothing was made
    void hold() throws StartFault;
}
