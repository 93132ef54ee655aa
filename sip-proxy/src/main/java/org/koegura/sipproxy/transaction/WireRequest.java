package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Sending;

/// The stack's view of a request. Whenever the stack sends it, first or again, the wire message goes out.
final class WireRequest extends SIPRequest {

    private transient volatile @Nullable WireMessage read;
    private transient volatile byte @Nullable [] unread;
    private final transient @Nullable Hop destination;
    private transient volatile boolean sent;
    private final transient AtomicBoolean failed = new AtomicBoolean();
    private final transient AtomicBoolean retried = new AtomicBoolean();
    private final transient AtomicReference<@Nullable Sending> sending = new AtomicReference<>();

    WireRequest(WireMessage wire, @Nullable Hop destination) {
        this.read = wire;
        this.destination = destination;
    }

    WireMessage wire() {
        WireMessage wire = read;
        return wire == null ? readAgain() : wire;
    }

    /// Keeps no more than its bytes: it was answered, and the stack holds it for 32 s on the chance of a repeat.
    void shrink() {
        WireMessage wire = read;
        if (wire != null) {
            unread = wire.bytes();
            read = null;
        }
    }

    private WireMessage readAgain() {
        try {
            return WireMessage.parseAgain(Objects.requireNonNull(unread));
        } catch (MessageFault e) {
            throw new IllegalStateException("a request that was read once", e);
        }
    }

    /// Where it goes; null for a request that came to us.
    @Nullable
    Hop destination() {
        return destination;
    }

    /// Notes that it is sent.
    ///
    /// @return whether it was sent before
    boolean sendAgain() {
        boolean again = sent;
        sent = true;
        return again;
    }

    /// Notes by what it goes out now.
    void goesBy(Sending now) {
        sending.set(now);
    }

    /// Something came back for it, or nobody waits any more: it cannot be lost again. Idempotent.
    void settled() {
        Sending last = sending.getAndSet(null);
        if (last != null) {
            last.arrived();
        }
    }

    /// Notes that it was lost with its connection.
    ///
    /// @return whether that is the first time
    boolean retryFirst() {
        return retried.compareAndSet(false, true);
    }

    /// Notes that the system refused to send it.
    ///
    /// @return whether that is the first time
    boolean failFirst() {
        return failed.compareAndSet(false, true);
    }

    @Override
    public byte[] encodeAsBytes(String transport) {
        return wire().bytes();
    }

    /// The view lacks headers that the stack would ask for in an endpoint's messages; ours were checked on arrival.
    @Override
    public void checkHeaders() {}

    /// The stack makes responses of its own (a 100) of the received bytes, too.
    @Override
    public SIPResponse createResponse(int status, String reason) {
        try {
            return View.response(Replies.response(wire(), status, reason, "", List.of()), this);
        } catch (MessageFault e) {
            throw new IllegalStateException("a checked request cannot be answered", e);
        }
    }
}
