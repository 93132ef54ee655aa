/// Tests of what a start tells of calls that a process before it left.
@NullMarked
package org.koegura.server.recovery;

import org.jspecify.annotations.NullMarked;
