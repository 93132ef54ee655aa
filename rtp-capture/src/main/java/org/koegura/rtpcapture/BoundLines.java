package org.koegura.rtpcapture;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.rtpcapture.capture.MediaLoop;

/// The m-lines of one call that have ports, as the signalling asks for them. The call's event loop has its own view,
/// and gives the ports back.
///
/// Safe from any thread but an event loop: it blocks until ports are bound.
final class BoundLines {

    /// m-lines that one call may have ports for.
    static final int LINES_MAX = 16;

    private final LineBinder binder;
    private final MediaLoop loop;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Leg, InetAddress> parties = new EnumMap<>(Leg.class);
    private final Map<Integer, LineBinder.BoundLine> bound = new HashMap<>();
    private volatile boolean closing;

    BoundLines(LineBinder binder, MediaLoop loop) {
        this.binder = binder;
        this.loop = loop;
    }

    /// Where the signalling of a party is reached: its ports are of that family.
    void signalledAt(Leg leg, InetAddress address) {
        lock.lock();
        try {
            parties.put(leg, address);
        } finally {
            lock.unlock();
        }
    }

    /// Our addresses towards a party; binds both legs' ports where the m-line has none.
    ///
    /// @param fresh takes an m-line that was bound for this, before anybody is told its addresses
    /// @throws NoFreePort nothing was bound
    LocalMedia local(RelayedCall call, int mLine, Leg towards, BiConsumer<Integer, LineBinder.BoundLine> fresh)
            throws NoFreePort {
        lock.lock();
        try {
            LineBinder.BoundLine known = bound.get(mLine);
            if (known == null) {
                if (closing || bound.size() >= LINES_MAX) {
                    throw new NoFreePort("the call is over, or has " + LINES_MAX + " media lines already", null);
                }
                known = binder.bind(loop, call, parties);
                bound.put(mLine, known);
                fresh.accept(mLine, known);
            }
            return known.line().local(towards);
        } finally {
            lock.unlock();
        }
    }

    /// Binds the very ports that the call had in another process. Once, before anything else.
    ///
    /// @return what is bound, by m-line
    /// @throws NoFreePort one of them is not free; nothing stays bound
    Map<Integer, LineBinder.BoundLine> rebind(RelayedCall call, CallCheckpoint.Media had) throws NoFreePort {
        lock.lock();
        try {
            for (CallCheckpoint.Line line : had.lines()) {
                bound.put(line.mLine(), binder.rebind(loop, call, line));
            }
            return Map.copyOf(bound);
        } catch (NoFreePort taken) {
            closing = true;
            Map<Integer, LineBinder.BoundLine> some = Map.copyOf(bound);
            loop.loop().execute(() -> some.values().forEach(binder::close));
            throw taken;
        } finally {
            lock.unlock();
        }
    }

    /// No m-line gets ports from now on. One that is being bound just now is still handed over.
    void close() {
        closing = true;
    }
}
