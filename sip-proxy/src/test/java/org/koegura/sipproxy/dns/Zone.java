package org.koegura.sipproxy.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// A name server on loopback, over UDP and TCP, that says what a test put into it, and remembers what it was asked.
public final class Zone implements AutoCloseable {

    private static final int TRIES = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<Question, List<Data>> records = new ConcurrentHashMap<>();
    private final Set<Question> cutOff = ConcurrentHashMap.newKeySet();
    private final Set<Question> silent = ConcurrentHashMap.newKeySet();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final InetSocketAddress address;

    private record Data(DnsRecordType type, long ttl, ByteBuf content) {}

    /// Opens it.
    public Zone() {
        this.address = listening();
    }

    private InetSocketAddress listening() {
        for (int i = 0; i < TRIES; i++) {
            Channel udp = new Bootstrap()
                    .group(group)
                    .channel(NioDatagramChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder())
                                    .addLast(new OverUdp());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .syncUninterruptibly()
                    .channel();
            InetSocketAddress here = (InetSocketAddress) udp.localAddress();
            boolean both = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder())
                                    .addLast(new OverTcp());
                        }
                    })
                    .bind(here)
                    .awaitUninterruptibly()
                    .isSuccess();
            if (both) {
                return here;
            }
            udp.close().awaitUninterruptibly();
        }
        throw new IllegalStateException("no port is free for UDP and TCP");
    }

    /// Where it is asked.
    public InetSocketAddress address() {
        return address;
    }

    /// What it was asked so far: type and name.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /// An address record.
    public Zone a(String name, String address) {
        return address(name, address, DnsRecordType.A, 60);
    }

    Zone a(String name, String address, long ttl) {
        return address(name, address, DnsRecordType.A, ttl);
    }

    Zone aaaa(String name, String address) {
        return address(name, address, DnsRecordType.AAAA, 60);
    }

    private Zone address(String name, String address, DnsRecordType type, long ttl) {
        return put(
                name,
                type,
                ttl,
                Unpooled.wrappedBuffer(InetAddress.ofLiteral(address).getAddress()));
    }

    Zone cname(String name, String to) {
        return put(name, DnsRecordType.CNAME, 60, written(Unpooled.buffer(), to));
    }

    /// A server of a service.
    public Zone srv(String name, int priority, int weight, int port, String target) {
        ByteBuf out = Unpooled.buffer().writeShort(priority).writeShort(weight).writeShort(port);
        return put(name, DnsRecordType.SRV, 60, written(out, target));
    }

    /// A service of a domain.
    public Zone naptr(String name, int order, int preference, String flags, String service, String replacement) {
        ByteBuf out = Unpooled.buffer().writeShort(order).writeShort(preference);
        for (String text : List.of(flags, service, "")) {
            out.writeByte(text.length()).writeCharSequence(text, StandardCharsets.US_ASCII);
        }
        return put(name, DnsRecordType.NAPTR, 60, written(out, replacement));
    }

    /// A record whose content is nonsense.
    Zone nonsense(String name, DnsRecordType type) {
        return put(name, type, 60, Unpooled.wrappedBuffer(new byte[] {0, 1, 2}));
    }

    /// Over UDP that answer does not fit.
    Zone cutOff(String name, DnsRecordType type) {
        cutOff.add(new Question(name, type));
        return this;
    }

    /// That question is never answered.
    public Zone silentOn(String name, DnsRecordType type) {
        silent.add(new Question(name, type));
        return this;
    }

    /// That question is answered from now on.
    public Zone answering(String name, DnsRecordType type) {
        silent.remove(new Question(name, type));
        return this;
    }

    private Zone put(String name, DnsRecordType type, long ttl, ByteBuf content) {
        records.computeIfAbsent(new Question(name, type), _ -> new ArrayList<>())
                .add(new Data(type, ttl, content));
        return this;
    }

    private static ByteBuf written(ByteBuf out, String name) {
        for (String label : name.split("\\.", -1)) {
            if (!label.isEmpty()) {
                out.writeByte(label.length()).writeCharSequence(label, StandardCharsets.US_ASCII);
            }
        }
        return out.writeByte(0);
    }

    private static Question read(DnsQuery query) {
        DefaultDnsQuestion question = query.recordAt(DnsSection.QUESTION);
        return new Question(question.name().substring(0, question.name().length() - 1), question.type());
    }

    private void fill(DnsResponse response, DnsQuery query, boolean whole) {
        Question question = read(query);
        response.addRecord(DnsSection.QUESTION, query.recordAt(DnsSection.QUESTION));
        boolean exists = records.keySet().stream().anyMatch(key -> key.name().equals(question.name()));
        response.setRecursionAvailable(true).setCode(exists ? DnsResponseCode.NOERROR : DnsResponseCode.NXDOMAIN);
        if (!whole) {
            response.setTruncated(true);
            return;
        }
        List<Data> found = records.getOrDefault(
                question, records.getOrDefault(new Question(question.name(), DnsRecordType.CNAME), List.of()));
        found.forEach(data -> response.addRecord(
                DnsSection.ANSWER,
                new DefaultDnsRawRecord(
                        question.name() + ".", data.type(), data.ttl(), Unpooled.copiedBuffer(data.content()))));
    }

    private final class OverUdp extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            Question question = read(query);
            asked.add(question.type().name() + " " + question.name());
            if (silent.contains(question)) {
                return;
            }
            DatagramDnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            fill(response, query, !cutOff.contains(question));
            var _ = context.writeAndFlush(response);
        }
    }

    private final class OverTcp extends SimpleChannelInboundHandler<DnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DnsQuery query) {
            Question question = read(query);
            asked.add("over TCP " + question.type().name() + " " + question.name());
            DefaultDnsResponse response = new DefaultDnsResponse(query.id());
            fill(response, query, true);
            var _ = context.writeAndFlush(response);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
