package org.koegura.sipproxy.transaction;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// Stands between the stack and our sockets of one protocol: the stack asks it for channels to peers, and
/// believes that
/// it listens.
final class StackProcessor extends MessageProcessor {

    private final SIPTransactionStack stack;
    private final StackOutlet outlet;
    private final Protocol protocol;

    StackProcessor(SIPTransactionStack stack, InetAddress address, int port, Protocol protocol, StackOutlet outlet) {
        super(address, port, protocol.parameter(), stack);
        this.protocol = protocol;
        this.stack = stack;
        this.outlet = outlet;
    }

    /// The channel over which a message from that peer reaches the stack, and messages to it leave.
    StackChannel channel(InetSocketAddress peer) {
        return new StackChannel(this, stack, new Hop(protocol, peer), outlet);
    }

    @Override
    public SIPTransactionStack getSIPStack() {
        return stack;
    }

    @Override
    public MessageChannel createMessageChannel(HostPort target) throws UnknownHostException {
        return channel(new InetSocketAddress(target.getInetAddress(), target.getPort()));
    }

    @Override
    public MessageChannel createMessageChannel(InetAddress host, int port) throws IOException {
        return channel(new InetSocketAddress(host, port));
    }

    /// The socket is bound and read elsewhere.
    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public int getDefaultTargetPort() {
        return 5060;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public int getMaximumMessageSize() {
        return 65_535;
    }

    @Override
    public boolean inUse() {
        return false;
    }
}
