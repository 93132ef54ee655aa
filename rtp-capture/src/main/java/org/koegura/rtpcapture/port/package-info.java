/// Step 1 of 5 on the packet path: a port of ours, whose packets it takes, and under which keys.
///
/// Glossary: *latch*: the one source whose packets a port takes; *settled* when it can no longer change; *signalled*:
/// said by a description.
///
/// Who may call: the root of `rtpcapture`, and `capture`, which is told the path of what it keeps.
///
/// Threads: the pool is for control threads; all else belongs to the call's event loop.
///
/// Reading order: [org.koegura.rtpcapture.port.RelayPort], [org.koegura.rtpcapture.port.PeerLatch] and
/// [org.koegura.rtpcapture.port.SignalledSources] (whose packets), [org.koegura.rtpcapture.port.SrtpLeg] (what comes
/// and goes encrypted), [org.koegura.rtpcapture.port.PortPool].
@NullMarked
package org.koegura.rtpcapture.port;

import org.jspecify.annotations.NullMarked;
