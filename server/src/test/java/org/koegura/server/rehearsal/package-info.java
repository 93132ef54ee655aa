@NullMarked
package org.koegura.server.rehearsal;

import org.jspecify.annotations.NullMarked;
