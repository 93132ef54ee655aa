/// Folders that go with what they were made for: of the demo, the rehearsal and the benchmarks.
///
/// Who may call: `server`'s commands.
///
/// Threads: a folder belongs to the thread that made it.
@NullMarked
package org.koegura.server.temporary;

import org.jspecify.annotations.NullMarked;
