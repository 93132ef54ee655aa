/// Tests of the demo's own tools, against each other: its telephones, its exchange, its ear.
@NullMarked
package org.koegura.server.demo;

import org.jspecify.annotations.NullMarked;
