/// How a line of the log is written: where it waits, and what it says as JSON.
///
/// Who may call: `DataLog`, which decides where lines go.
///
/// Threads: whoever logs hands a line to a `LogQueue`, whose own thread writes it.
@NullMarked
package org.koegura.server.log;

import org.jspecify.annotations.NullMarked;
