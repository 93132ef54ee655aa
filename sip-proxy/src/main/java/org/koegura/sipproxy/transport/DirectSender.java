package org.koegura.sipproxy.transport;

import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Sends on the socket of a Netty channel from any thread, past its event loop. Never blocks for the network.
///
/// It sends nothing once closed: the number of a closed socket may be another's. Whatever it does not send is left to
/// the event loop, which also tells why.
final class DirectSender implements AutoCloseable {

    private static final int DATAGRAM_BYTES_MAX = 65_535;
    /// More threads than this do not send at once; one more has a buffer of its own, which it does not keep.
    private static final int BUFFERS_MAX = 16;

    private final EpollDatagramChannel channel;
    private final Socket socket;
    private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
    private final Lock pooling = new ReentrantLock();
    private final Deque<ByteBuffer> free = new ArrayDeque<>(BUFFERS_MAX);
    private boolean closed;

    DirectSender(EpollDatagramChannel channel) {
        this.channel = channel;
        this.socket = (Socket) channel.fd();
    }

    /// Sends one datagram, unless others wait on the event loop before it.
    ///
    /// @return false where it was not sent: the socket's buffer is full, the system refuses it, or it is closed
    boolean send(byte[] bytes, InetSocketAddress to) {
        if (bytes.length > DATAGRAM_BYTES_MAX || isBehindOthers()) {
            return false;
        }
        ByteBuffer buffer = take();
        closing.readLock().lock();
        try {
            if (closed) {
                return false;
            }
            buffer.clear().put(bytes);
            return socket.sendTo(buffer, 0, bytes.length, to.getAddress(), to.getPort()) == bytes.length;
        } catch (IOException refused) {
            return false;
        } finally {
            closing.readLock().unlock();
            give(buffer);
        }
    }

    private boolean isBehindOthers() {
        return channel.bytesBeforeUnwritable() < channel.config().getWriteBufferHighWaterMark();
    }

    private ByteBuffer take() {
        pooling.lock();
        try {
            ByteBuffer buffer = free.poll();
            return buffer == null ? ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX) : buffer;
        } finally {
            pooling.unlock();
        }
    }

    private void give(ByteBuffer buffer) {
        pooling.lock();
        try {
            if (free.size() < BUFFERS_MAX) {
                free.push(buffer);
            }
        } finally {
            pooling.unlock();
        }
    }

    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            closed = true;
        } finally {
            closing.writeLock().unlock();
        }
    }
}
