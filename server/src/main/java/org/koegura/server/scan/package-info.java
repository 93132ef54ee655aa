/// Reads each sealed recording once and counts those that nothing justifies (Art. 4), beside calls and slowly.
///
/// Glossary: *unnoticed* is a recording whose earliest packet comes before the end of its notice and before any
/// exemption; a *round* looks for recordings that were not read yet and reads them.
///
/// It shares nothing with those who decide what is kept, and hears nothing from them: it finds the folders where the
/// format page says that they lie, and `verifier` reads them, which shares no code with the sealer.
///
/// Who may call: `server`.
///
/// Threads: one, `notice-scan`.
///
/// Reading order: `UnnoticedScan`, `SealedFolders`, `ScannedList`, `Rest`.
@NullMarked
package org.koegura.server.scan;

import org.jspecify.annotations.NullMarked;
