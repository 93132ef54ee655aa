package org.koegura.server;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.Announcement;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.LiveCall;
import org.koegura.governance.Door;
import org.koegura.governance.account.Accounts.FirstPasswords;
import org.koegura.server.config.Config;
import org.koegura.sipproxy.transport.Protocol;

/// The started product, as its operator sees it: where it listens, how many calls are up, and how it stops.
///
/// Any thread may ask; one thread, the one that started it, drains and closes.
final class Product implements AutoCloseable {

    private final Wiring wiring;
    private final List<Listener> listeners;

    private Product(Wiring wiring, List<Listener> listeners) {
        this.wiring = wiring;
        this.listeners = listeners;
    }

    /// Starts it. Blocks until telephones are answered.
    ///
    /// @throws StartFault it cannot; nothing is left open, and nothing was answered
    static Product start(Config config) throws StartFault {
        return start(config, () -> {});
    }

    /// The same with something to do once nothing of the settings can fail, and nothing is written.
    static Product start(Config config, WarmUp warmUp) throws StartFault {
        Wiring wiring = Wiring.open(config, warmUp);
        return new Product(wiring, Listener.of(config.sip(), wiring.sip()));
    }

    /// Where SIP listens, all of it.
    List<Listener> listeners() {
        return listeners;
    }

    /// Address and port that telephones are told.
    String telephonesUse() {
        return Listener.text(reachedAt());
    }

    InetSocketAddress reachedAt() {
        return wiring.sip().reachedAt();
    }

    /// Address and port that telephones are told over TLS; null where it is not spoken.
    @Nullable
    String telephonesUseOverTls() {
        InetSocketAddress reached = wiring.sip().reachedAt(Protocol.TLS);
        return reached == null ? null : Listener.text(reached);
    }

    URI consoleUri() {
        return wiring.console().base();
    }

    /// The passwords of the accounts that this start made; empty at every later start.
    Optional<FirstPasswords> firstPasswords() {
        return wiring.governance().firstPasswords();
    }

    /// Refuses new calls from now on. Idempotent.
    void drain() {
        wiring.sip().drain();
    }

    /// Waits until no call is up; false where one still is after `atMost`.
    boolean awaitIdle(Duration atMost) throws InterruptedException {
        return wiring.sip().awaitIdle(atMost);
    }

    /// How many calls are up, those being sealed included.
    int liveCalls() {
        return wiring.sip().live();
    }

    /// The calls that are up, oldest first. Does not block.
    List<LiveCall> calls() {
        return wiring.sip().liveCalls().list();
    }

    Door door() {
        return wiring.door();
    }

    Announcement announcement() {
        return wiring.announcement();
    }

    /// Refuses new calls, ends and seals those that are up, then closes every room, the last opened first. Blocks, for
    /// a bounded time. Idempotent.
    @Override
    public void close() {
        try (Closings rooms = wiring.opened()) {
            if (rooms.isOpen()) {
                wiring.sip().drain();
                wiring.sip().endAll(EndReason.SHUTDOWN);
            }
        }
    }
}
