/// Tests of what files and options may say, and of what is told where they may not.
@NullMarked
package org.koegura.server.config;

import org.jspecify.annotations.NullMarked;
