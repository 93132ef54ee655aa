/// Tests of what decides past calls anew.
@NullMarked
package org.koegura.server.policy;

import org.jspecify.annotations.NullMarked;
