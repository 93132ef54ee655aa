package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One message on its way. It is lost once at most: where it cannot be sent, and, as long as nobody said
/// that it arrived, where the connection closes that it went over. What the system took for sent may
/// still die with the connection. Safe from any thread.
public final class Sending implements ChannelFutureListener {

    private final Consumer<Sending> onLoss;
    private final boolean watched;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Channel channel;

    private Sending(Consumer<Sending> onLoss, boolean watched) {
        this.onLoss = onLoss;
        this.watched = watched;
    }

    /// One that is lost with its connection until [#arrived] says otherwise. It MUST be told so, or be
    /// lost: a connection remembers it until then.
    public static Sending watched(Consumer<Sending> onLoss) {
        return new Sending(onLoss, true);
    }

    /// One that nobody asks for once the system took it.
    public static Sending unwatched(Runnable onLoss) {
        return new Sending(_ -> onLoss.run(), false);
    }

    /// Whether there was a connection to send it over.
    public boolean hadConnection() {
        return channel != null;
    }

    /// The peer has it. Idempotent.
    public void arrived() {
        Channel carrier = channel;
        if (over.compareAndSet(false, true) && carrier != null && watched) {
            carrier.closeFuture().removeListener(this);
        }
    }

    /// It goes over that connection.
    void over(Channel carrier) {
        channel = carrier;
        if (watched) {
            carrier.closeFuture().addListener(this);
            if (over.get()) {
                carrier.closeFuture().removeListener(this);
            }
        }
    }

    /// It is lost.
    void lost() {
        if (over.compareAndSet(false, true)) {
            onLoss.accept(this);
        }
    }

    /// The connection is closed.
    @Override
    public void operationComplete(ChannelFuture closed) {
        lost();
    }
}
