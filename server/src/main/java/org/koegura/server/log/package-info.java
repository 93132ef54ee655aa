/// How the log begins, and how a line of it is written: where it waits, and what it says as JSON.
///
/// Who may call: `DataLog`, which decides where lines go; Logback, which asks `TerminalLog` how to begin.
///
/// Threads: whoever logs hands a line to a `LogQueue`, whose own thread writes it.
@NullMarked
package org.koegura.server.log;

import org.jspecify.annotations.NullMarked;
