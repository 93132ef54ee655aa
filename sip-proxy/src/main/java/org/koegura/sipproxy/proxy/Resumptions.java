package org.koegura.sipproxy.proxy;

import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.sipproxy.call.CallRunner;
import org.koegura.sipproxy.call.Calls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes up the calls of a process that died, before anything is read from the sockets.
final class Resumptions {

    private static final Logger LOG = LoggerFactory.getLogger(Resumptions.class);

    private final Calls calls;
    private final Passages passages;
    private final Transfers transfers;

    Resumptions(Calls calls, Passages passages, Transfers transfers) {
        this.calls = calls;
        this.passages = passages;
        this.transfers = transfers;
    }

    /// Takes one call up. Blocks until its ports are bound.
    ///
    /// @return whether it was; else its media go past us, as those of any call from before a restart
    boolean resume(CallCheckpoint left) {
        try {
            CallRunner call = calls.resume(
                    left,
                    known -> passages.add(Passage.resumed(left, known, transfers)),
                    () -> passages.remove(left.dialog().passage()));
            LOG.info(
                    "call.resumed call={} continues={}",
                    call.facts().call(),
                    left.facts().call());
            return true;
        } catch (MediaPlane.NoFreePort taken) {
            LOG.warn("call.not.resumed call={} cause=\"{}\"", left.facts().call(), taken.getMessage());
        } catch (RuntimeException fault) { // one call that cannot be read keeps no start back
            LOG.error(
                    "call.not.resumed call={} cause=\"a fault of ours\"",
                    left.facts().call(),
                    fault);
        }
        return false;
    }
}
