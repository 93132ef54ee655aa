package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.RawMessageChannel;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import gov.nist.javax.sip.stack.ServerRequestInterface;
import gov.nist.javax.sip.stack.ServerResponseInterface;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.koegura.sipproxy.transport.Hop;

/// What the stack knows of one peer. Brings received views to the stack, and takes to the outlet what the stack sends.
final class StackChannel extends MessageChannel implements RawMessageChannel {

    private final SIPTransactionStack stack;
    private final Hop peer;
    private final StackOutlet outlet;

    StackChannel(StackProcessor processor, SIPTransactionStack stack, Hop peer, StackOutlet outlet) {
        this.messageProcessor = processor;
        this.stack = stack;
        this.peer = peer;
        this.outlet = outlet;
    }

    /// Gives a received request to the transaction that it belongs to, or a new one.
    void receive(SIPRequest request) {
        address(request);
        ServerRequestInterface receiver = stack.newSIPServerRequest(request, this);
        if (receiver == null) {
            return;
        }
        try {
            receiver.processRequest(request, this);
        } finally {
            if (receiver instanceof SIPServerTransaction transaction && !transaction.passToListener()) {
                ((SIPTransaction) receiver).releaseSem();
            }
        }
    }

    /// Gives a received response to its transaction.
    void receive(SIPResponse response) {
        address(response);
        ServerResponseInterface receiver = stack.newSIPServerResponse(response, this);
        if (receiver == null) {
            return;
        }
        try {
            receiver.processResponse(response, this);
        } finally {
            if (receiver instanceof SIPTransaction transaction && !transaction.passToListener()) {
                transaction.releaseSem();
            }
        }
    }

    private void address(SIPMessage message) {
        message.setRemoteAddress(peer.address().getAddress());
        message.setRemotePort(peer.address().getPort());
        message.setLocalAddress(messageProcessor.getIpAddress());
        message.setLocalPort(messageProcessor.getPort());
        message.setPeerPacketSourceAddress(peer.address().getAddress());
        message.setPeerPacketSourcePort(peer.address().getPort());
    }

    /// The stack calls this for a message to our own address; it takes the way over the socket like any other.
    @Override
    public void processMessage(SIPMessage message) throws IOException {
        outlet.send(message, peer);
    }

    @Override
    public void sendMessage(SIPMessage message) throws IOException {
        outlet.send(message, peer);
    }

    @Override
    public void sendMessage(SIPMessage message, InetAddress address, int port) throws IOException {
        outlet.send(message, new Hop(peer.protocol(), new InetSocketAddress(address, port)));
    }

    @Override
    protected void sendMessage(byte[] message, InetAddress address, int port, boolean reconnect) {
        outlet.resend(message, new Hop(peer.protocol(), new InetSocketAddress(address, port)));
    }

    @Override
    public void close() {}

    @Override
    public SIPTransactionStack getSIPStack() {
        return stack;
    }

    @Override
    public String getTransport() {
        return peer.protocol().parameter();
    }

    @Override
    public boolean isReliable() {
        return peer.protocol().isReliable();
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String getPeerAddress() {
        return peer.address().getAddress().getHostAddress();
    }

    @Override
    protected InetAddress getPeerInetAddress() {
        return peer.address().getAddress();
    }

    @Override
    protected String getPeerProtocol() {
        return peer.protocol().parameter();
    }

    @Override
    public int getPeerPort() {
        return peer.address().getPort();
    }

    @Override
    public int getPeerPacketSourcePort() {
        return peer.address().getPort();
    }

    @Override
    public InetAddress getPeerPacketSourceAddress() {
        return peer.address().getAddress();
    }

    @Override
    public String getKey() {
        return getKey(
                peer.address().getAddress(),
                peer.address().getPort(),
                peer.protocol().parameter());
    }

    @Override
    public String getViaHost() {
        return messageProcessor.getIpAddress().getHostAddress();
    }

    @Override
    public int getViaPort() {
        return messageProcessor.getPort();
    }
}
