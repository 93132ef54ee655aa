/// Tests of how the benchmark reads and joins what was measured. No benchmark runs here.
@NullMarked
package org.koegura.server.bench.signalling;

import org.jspecify.annotations.NullMarked;
