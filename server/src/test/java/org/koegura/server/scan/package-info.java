/// Tests of the scan for recordings that nothing justifies.
@NullMarked
package org.koegura.server.scan;

import org.jspecify.annotations.NullMarked;
