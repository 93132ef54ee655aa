/// Tests of how the benchmark of media reads and joins what was measured, and one run of it with few calls.
@NullMarked
package org.koegura.server.bench.media;

import org.jspecify.annotations.NullMarked;
