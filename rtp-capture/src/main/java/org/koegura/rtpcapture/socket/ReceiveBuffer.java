package org.koegura.rtpcapture.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/// Receive buffers of one size: [#USUAL_BYTES], enough for any datagram that an Ethernet carries unfragmented.
///
/// A buffer filled to its last byte may have cut its datagram off, so that such a one is dropped and counted; the
/// port then receives into buffers of the largest UDP size for good, and later ones pass whole.
final class ReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator {

    static final int USUAL_BYTES = 2048;

    /// One more than any UDP payload, so that none can fill it.
    static final int LARGEST_BYTES = 65_536;

    /// Reads in a row before other ports get their turn.
    private static final int READS_MAX = 64;

    private int bytes = USUAL_BYTES;
    private boolean emptying;

    ReceiveBuffer() {
        super(READS_MAX);
    }

    /// Whether `datagram` may have been cut off; from then on the buffers are large.
    boolean cutOff(ByteBuf datagram) {
        if (datagram.readableBytes() < USUAL_BYTES || datagram.readableBytes() < bytes) {
            return false;
        }
        bytes = LARGEST_BYTES;
        return true;
    }

    /// The socket was just connected: the turn under way reads on until it is empty. Only this turn still tells each
    /// datagram's sender; the next would take what strangers left waiting for the party's. It ends with what
    /// waited, for the kernel now lets in the party alone.
    void emptySocket() {
        emptying = true;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
                return emptying || super.continueReading(maybeMore);
            }

            @Override
            public void readComplete() {
                emptying = false;
                super.readComplete();
            }

            @Override
            public int guess() {
                return bytes;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return allocator.directBuffer(bytes, bytes);
            }
        };
    }
}
