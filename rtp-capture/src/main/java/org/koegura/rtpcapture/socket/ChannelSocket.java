package org.koegura.rtpcapture.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A socket as one of Netty's channels, and the last of its pipeline.
final class ChannelSocket extends ChannelInboundHandlerAdapter implements MediaSocket {

    private final Channel channel;
    private final ReceiveBuffer buffer;
    private final Reader reader;

    ChannelSocket(Channel channel, ReceiveBuffer buffer, Reader reader) {
        this.channel = channel;
        this.buffer = buffer;
        this.reader = reader;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        reader.received(datagram.content(), datagram.sender(), buffer.cutOff(datagram.content()));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reader.drained();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (channel instanceof EpollDatagramChannel epoll && epoll.isOpen()) {
            int _ = IcmpErrors.empty(epoll.fd().intValue());
        }
        reader.failed(cause);
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public boolean connect(InetSocketAddress peer) {
        flush();
        boolean connected = channel.connect(peer).isSuccess();
        if (connected) {
            buffer.emptySocket();
        }
        return connected;
    }

    @Override
    public void disconnect() {
        ChannelFuture _ = channel.disconnect();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public boolean send(ByteBuf datagram, @Nullable InetSocketAddress to) {
        Object message = to == null ? datagram : new DatagramPacket(datagram, to);
        ChannelFuture _ = channel.write(message, channel.voidPromise());
        return true;
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void close(Runnable closed) {
        channel.close().addListener(_ -> closed.run());
    }
}
