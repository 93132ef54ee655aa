/// Tests of what the command of the benchmarks takes.
@NullMarked
package org.koegura.server.bench;

import org.jspecify.annotations.NullMarked;
