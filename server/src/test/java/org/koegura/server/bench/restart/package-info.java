/// Restarts under calls: the benchmark of them with few calls, judged by what it does and not by how fast.
///
/// Who may call: nobody; these are tests.
///
/// Threads: the test's.
///
/// Reading order: `RestartBenchIT`.
@NullMarked
package org.koegura.server.bench.restart;

import org.jspecify.annotations.NullMarked;
