/// Tests of the whole: the arrows between the rooms, the command line, and the product as a process among real peers.
@NullMarked
package org.koegura.server;

import org.jspecify.annotations.NullMarked;
