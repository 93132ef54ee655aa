package org.koegura.sipproxy.admission;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Seldom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of the addresses that strangers were refused at, so that an operator who forgot one of their own finds it in
/// the log: each once in a while, and few of them, whatever strangers send. Safe from any thread.
public final class StrangerLog {

    private static final Logger LOG = LoggerFactory.getLogger(StrangerLog.class);

    /// How often one stranger is told of, and how many in that time.
    private static final Duration TELL_AGAIN = Duration.ofHours(1);

    private static final int TOLD_MAX = 32;

    private final String next;
    private final Seldom<InetAddress> told;

    /// @param trunkSide whether we stand between a PBX and a trunk: what an operator can do differs
    public StrangerLog(boolean trunkSide, Clock clock) {
        this.next = trunkSide
                ? "is it the PBX's or the carrier's, name it in sip.upstream or sip.trunk; is it yours, name its network in"
                        + " sip.networks; a telephone registers by way of us"
                : "is it yours, name its network in sip.networks";
        this.told = new Seldom<>(TELL_AGAIN, TOLD_MAX, () -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
    }

    /// Somebody unknown was refused.
    public void refused(Hop source) {
        InetAddress address = source.address().getAddress();
        if (told.mayTell(address)) {
            LOG.warn("sip.stranger.refused source={} next=\"{}\"", address.getHostAddress(), next);
        }
    }
}
