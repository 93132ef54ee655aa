package org.koegura.sipproxy.call;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.LiveCalls;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.NoticeDesk;

/// All calls that are up. Safe to use from any thread.
public final class Calls implements LiveCalls {

    public Calls(
            MediaPlane media,
            NoticeDesk desk,
            CallLedger ledger,
            Journal journal,
            Clock clock,
            RandomGenerator random,
            MeterRegistry metrics,
            CallSettings settings) {}

    /// Starts the control of one call passage.
    ///
    /// @param caller leg of whoever sent the INVITE
    /// @param fixed why it must not be recorded, where that is known already (INTERNAL, SPIRAL)
    public CallRunner begin(CallFacts facts, Leg caller, @Nullable Unrecorded fixed) {
        return new CallRunner(facts);
    }

    /// Whether new calls get 503 with Retry-After: after [#drain], and while the bound of live calls is reached.
    public boolean refusing() {
        return false;
    }

    /// Refuses new calls from now on; running ones go on.
    public void drain() {}

    /// Waits until all calls are over and sealed.
    ///
    /// @return whether they are
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        return true;
    }

    /// Closes and seals everything. Blocks, at most for the seal wait of the settings and a second more.
    public void endAll(EndReason reason) {}

    /// How many calls are up, those being sealed included.
    public int live() {
        return 0;
    }

    @Override
    public List<LiveCall> list() {
        return List.of();
    }

    @Override
    public Optional<LiveCall> find(CallId call) {
        return Optional.empty();
    }

    @Override
    public Exempting exempt(CallId call, Exemption exemption) {
        return new Exempting.NoSuchCall();
    }
}
