package org.koegura.sipproxy.dns;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The name servers, and what they said. Asks over UDP, and over TCP where an answer was cut off; follows aliases.
///
/// [#ask] blocks, for at most [#QUERY_MILLIS] for each server, twice where there is but one. Safe from any thread.
final class NameServers implements AutoCloseable {

    /// How long one server may take for one query.
    static final int QUERY_MILLIS = 1_000;

    /// How often a question is put to a server that is the only one, since a datagram may be lost.
    static final int ROUNDS_OF_ONE = 2;

    /// Questions under way at once; the next is not asked, and counted.
    static final int QUESTIONS_MAX = 64;

    /// More servers are not asked: a caller waits.
    static final int SERVERS_MAX = 3;

    /// Servers of one answer that are taken, the best of them, since their addresses are looked up.
    static final int SRV_MAX = 16;

    /// Other records of one answer that are taken.
    static final int RECORDS_MAX = 64;

    private static final int ALIASES_AND_SERVERS_MAX = 16;

    private final List<InetSocketAddress> servers;
    private final EventLoopGroup group;
    private final @Nullable DnsNameResolver resolver;
    private final AnswerCache cache;
    private final DnsMeters meters;
    private final Semaphore room = new Semaphore(QUESTIONS_MAX);
    private final Map<Question, CompletableFuture<Answer>> underWay = new ConcurrentHashMap<>();

    /// @param servers in the order in which they are asked; with none, every answer is silence
    NameServers(List<InetSocketAddress> servers, LongSupplier nanoClock, DnsMeters meters) {
        this.servers = servers.stream().limit(SERVERS_MAX).toList();
        this.meters = meters;
        this.cache = new AnswerCache(nanoClock, meters);
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("sip-dns", true), NioIoHandler.newFactory());
        this.resolver = this.servers.isEmpty() ? null : resolver();
    }

    /// Caches nothing itself: Netty's caches have no bound.
    private DnsNameResolver resolver() {
        return new DnsNameResolverBuilder(group.next())
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers))
                .queryTimeoutMillis(QUERY_MILLIS)
                .maxQueriesPerResolve(ALIASES_AND_SERVERS_MAX)
                .searchDomains(List.of())
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .build();
    }

    /// Asks, unless the answer is known; where nobody answers, what was answered last is better than nothing. Of
    /// several who ask the same at once, one does.
    Answer ask(Question question) {
        Answer known = cache.get(question);
        if (known != null) {
            return known;
        }
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> others = underWay.putIfAbsent(question, mine);
        if (others != null) {
            return others.join(); // ends: whoever asks completes it whatever happens
        }
        Answer answer = new Answer.Silence();
        try {
            answer = asked(question);
        } finally {
            underWay.remove(question, mine);
            mine.complete(answer);
        }
        return answer;
    }

    private Answer asked(Question question) {
        if (resolver == null) {
            return new Answer.Silence();
        }
        if (!room.tryAcquire()) {
            meters.asked(DnsMeters.Outcome.REFUSED);
            return cache.last(question);
        }
        try {
            Answer answer = new Answer.Silence();
            long ttl = 0;
            int rounds = servers.size() == 1 ? ROUNDS_OF_ONE : 1;
            for (int i = 0; i < rounds && answer instanceof Answer.Silence; i++) {
                Future<List<DnsRecord>> asking =
                        resolver.resolveAll(new DefaultDnsQuestion(question.name(), question.type()));
                if (!asking.await((servers.size() + 1L) * QUERY_MILLIS, TimeUnit.MILLISECONDS)) {
                    asking.addListener(_ -> release(asking));
                    continue;
                }
                ttl = asking.isSuccess() ? shortest(asking.getNow()) : 0;
                answer = asking.isSuccess() ? said(asking.getNow()) : unsaid(asking.cause());
            }
            meters.asked(outcome(answer));
            return cache.put(question, answer, ttl);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return cache.last(question);
        } finally {
            room.release();
        }
    }

    private static void release(Future<List<DnsRecord>> late) {
        if (late.isSuccess()) {
            late.getNow().forEach(ReferenceCountUtil::release);
        }
    }

    private static long shortest(List<DnsRecord> records) {
        return records.stream().mapToLong(DnsRecord::timeToLive).min().orElse(0);
    }

    private Answer said(List<DnsRecord> records) {
        List<Entry> entries = new ArrayList<>(records.size());
        for (DnsRecord record : records) {
            Entry entry = record instanceof DnsRawRecord raw ? Entry.of(raw) : null;
            if (entry != null) {
                entries.add(entry);
            }
            ReferenceCountUtil.release(record);
        }
        List<Entry> taken = Stream.concat(
                        entries.stream()
                                .filter(Entry.Srv.class::isInstance)
                                .map(Entry.Srv.class::cast)
                                .sorted(Comparator.comparingInt(Entry.Srv::priority))
                                .limit(SRV_MAX),
                        entries.stream()
                                .filter(entry -> !(entry instanceof Entry.Srv))
                                .limit(RECORDS_MAX))
                .toList();
        meters.left(entries.size() - taken.size());
        return new Answer.Said(taken);
    }

    /// "No such name" and "nothing of that type" are answers; that nobody answers, or can, is none.
    private static Answer unsaid(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (DnsNameResolver.isTransportOrTimeoutError(cause)
                    || (cause instanceof DnsErrorCauseException error
                            && !error.getCode().equals(DnsResponseCode.NXDOMAIN))) {
                return new Answer.Silence();
            }
        }
        return Answer.Said.NOTHING;
    }

    private static DnsMeters.Outcome outcome(Answer answer) {
        return switch (answer) {
            case Answer.Silence() -> DnsMeters.Outcome.SILENT;
            case Answer.Said said when said.entries().isEmpty() -> DnsMeters.Outcome.ABSENT;
            case Answer.Said _ -> DnsMeters.Outcome.FOUND;
        };
    }

    @Override
    public void close() {
        if (resolver != null) {
            resolver.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
