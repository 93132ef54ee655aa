package org.koegura.sipproxy.routing;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.transport.Hop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks each neighbour again and again whether it is there, and where it is now. One virtual thread for each server of
/// the lists, so that a silent one holds up no other.
public final class HealthWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

    /// After an answer that speaks against what was known, the next question comes this soon.
    static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    /// How often names are looked up where nobody is asked for their health.
    static final Duration NAMES_AGAIN = Duration.ofSeconds(60);

    /// How often a name is looked up that no name server has told yet, or only half: calls wait for it.
    static final Duration UNFOUND_AGAIN = Duration.ofSeconds(5);

    /// How long an answer may take; whoever asks gives up before.
    static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private final Duration interval;
    private final ServerLocator locator;
    private final Predicate<InetSocketAddress> ourselves;
    private final Asking asking;
    private final HealthMeters meters;
    private volatile boolean closed;
    private final List<Thread> threads = new ArrayList<>();

    /// Puts the question.
    public interface Asking {

        /// Whether the server there serves: it gave any response but 503. Always completes, unless everything ends.
        CompletableFuture<Boolean> serves(Hop hop);
    }

    /// Prepares it; nobody is asked before [#start].
    ///
    /// @param interval how often each is asked; zero for never
    /// @param ourselves whether an address is one where we listen: no neighbour is there
    public HealthWatch(
            Neighbours neighbours,
            Duration interval,
            ServerLocator locator,
            Predicate<InetSocketAddress> ourselves,
            Asking asking,
            MeterRegistry metrics) {
        this.interval = interval;
        this.locator = locator;
        this.ourselves = ourselves;
        this.asking = asking;
        this.meters = new HealthMeters(metrics);
        prepare("upstream", neighbours.upstream());
        prepare("trunk", neighbours.trunk());
    }

    private void prepare(String side, @Nullable Neighbour neighbour) {
        List<Member> members = neighbour == null ? List.of() : neighbour.members();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            int place = i + 1;
            if (!member.isFound()) {
                LOG.warn(
                        "sip.neighbour.unfound side={} place={} host={} calls=refused next=\"see its spelling and sip.dns\"",
                        side,
                        place,
                        member.server().sought().host());
            }
            tellLacking(side, place, member);
            if (!interval.isZero()) {
                meters.watch(side, place, member);
                member.isWatched(hop -> tellDown(side, place, hop));
            }
            threads.add(Thread.ofVirtual()
                    .name("sip-health-" + side + "-" + place)
                    .unstarted(() -> watch(side, place, member)));
        }
    }

    /// Begins to ask.
    public void start() {
        threads.forEach(Thread::start);
    }

    private void watch(String side, int place, Member member) {
        try {
            boolean told = false;
            while (!closed) {
                Duration pause = interval.isZero() ? NAMES_AGAIN : interval;
                try {
                    pause = look(side, place, member);
                } catch (RuntimeException fault) { // else nobody would ever ask this one again
                    if (!told) {
                        LOG.error("sip.neighbour.unasked side={} place={}", side, place, fault);
                    }
                    told = true;
                }
                member.awaitTurn(pause);
            }
        } catch (InterruptedException ends) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks it up, and asks it where that is wanted.
    ///
    /// @return how long to wait before the next time
    private Duration look(String side, int place, Member member) throws InterruptedException {
        boolean before = member.isFound();
        boolean lacked = before && member.isLacking();
        Found found = locator.find(member.server().sought());
        if (found.hops().stream().noneMatch(hop -> ourselves.test(hop.address()))) {
            member.isAt(found);
        }
        if (!member.isFound()) {
            meters.notFound(side);
            return UNFOUND_AGAIN;
        }
        if (!lacked) {
            tellLacking(side, place, member);
        }
        if (!member.isLacking() && (lacked || !before)) {
            LOG.info("sip.neighbour.found side={} place={} addresses={}", side, place, at(member.hops()));
        }
        Duration pause = interval.isZero() ? NAMES_AGAIN : ask(side, place, member);
        return member.isLacking() && pause.compareTo(UNFOUND_AGAIN) > 0 ? UNFOUND_AGAIN : pause;
    }

    /// Whoever calls from where nobody has told yet may be it, as long as that is so.
    private static void tellLacking(String side, int place, Member member) {
        if (member.isFound() && member.isLacking()) {
            LOG.warn(
                    "sip.neighbour.lacking side={} place={} host={} addresses={} calls=doubted"
                            + " next=\"ask its name server for every server of SRV, A and AAAA\"",
                    side,
                    place,
                    member.server().sought().host(),
                    at(member.hops()));
        }
    }

    private static String at(List<Hop> hops) {
        return hops.stream().map(Hop::at).collect(Collectors.joining(","));
    }

    /// @return how long to wait before the next question
    private Duration ask(String side, int place, Member member) throws InterruptedException {
        Map<Hop, CompletableFuture<Boolean>> answers = new LinkedHashMap<>();
        member.hops().forEach(hop -> answers.put(hop, asking.serves(hop)));
        boolean doubtful = false;
        for (Map.Entry<Hop, CompletableFuture<Boolean>> answer : answers.entrySet()) {
            Hop hop = answer.getKey();
            Health before = member.health(hop);
            member.learn(hop, serves(answer.getValue()) ? Health.Event.ANSWERED : Health.Event.MISSED);
            Health now = member.health(hop);
            tell(side, place, hop, before, now);
            doubtful |= now.isDoubtful();
        }
        return doubtful && ASK_AGAIN.compareTo(interval) < 0 ? ASK_AGAIN : interval;
    }

    private static boolean serves(CompletableFuture<Boolean> answer) throws InterruptedException {
        try {
            return answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException none) {
            return false;
        }
    }

    private static void tell(String side, int place, Hop hop, Health before, Health now) {
        if (now.state() == before.state()) {
            return;
        }
        if (now.isDown()) {
            tellDown(side, place, hop);
        } else if (before.isDown()) { // whoever was warned reads where he was warned that it is over
            LOG.warn("sip.neighbour.up side={} place={} address={}", side, place, hop.at());
        } else {
            LOG.info("sip.neighbour.up side={} place={} address={}", side, place, hop.at());
        }
    }

    private static void tellDown(String side, int place, Hop hop) {
        LOG.warn(
                "sip.neighbour.down side={} place={} address={} why=\"OPTIONS unanswered or refused\" calls=\"first to others, and here where all are down\"",
                side,
                place,
                hop.at());
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
