package org.koegura.server.bench.restart;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.FreePorts;
import org.koegura.server.bench.Meters;
import org.koegura.server.bench.RunningProduct;
import org.koegura.server.rehearsal.WholeCalls;

/// Places calls through `koegura run` and kills it, again and again, under the same calls.
final class RestartBench {

    /// How long a party may hear nothing before its call counts as lost.
    static final Duration HEARD = Duration.ofSeconds(20);

    private static final Duration RECORDED = Duration.ofMinutes(2);
    private static final Duration TOLD = Duration.ofMinutes(5);

    /// What changed in a call is told within a second, and written a quarter of a second later.
    private static final Duration CHECKPOINTED = Duration.ofMillis(1500);

    private static final int SILENT_MILLIS = 100;
    private static final int POLL_MILLIS = 50;
    private static final String CALLS = "koegura_calls";
    private static final String RECORDED_CALLS = "state=\"recorded\"";

    private final Path launcher;
    private final Path folder;
    private final RestartPlan plan;
    private final Consumer<String> told;
    private final FreePorts ports;

    /// @param order of which the plan is made
    /// @param folder where what the product writes goes
    /// @param told takes what is told on the way
    RestartBench(BenchOrder order, Path folder, RestartPlan plan, Consumer<String> told) {
        this.launcher = order.launcher();
        this.ports = order.ports();
        this.folder = folder;
        this.plan = plan;
        this.told = told;
    }

    /// Runs all of it.
    ///
    /// @return by the number of calls
    Map<Integer, List<Restart>> run() throws BenchFault, InterruptedException {
        Map<Integer, List<Restart>> all = new TreeMap<>();
        for (Map.Entry<Integer, Integer> load : plan.restarts().entrySet()) {
            all.put(load.getKey(), run(load.getKey(), load.getValue()));
        }
        return all;
    }

    private List<Restart> run(int calls, int restarts) throws BenchFault, InterruptedException {
        Path place = folder.resolve(calls + "-calls");
        int port = ports.next();
        RunningProduct product = start(place, port);
        try (Streams streams = new Streams(calls);
                WholeCalls telephones = WholeCalls.through(port)) {
            List<WholeCalls.Talk> talks = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                talks.add(place(telephones, streams.caller(call), streams.callee(call)));
            }
            List<Restart> done = new ArrayList<>();
            for (int i = 0; i < restarts; i++) {
                await(
                        product,
                        RECORDED,
                        calls + " calls are not recorded",
                        meters -> meters.sum(CALLS, RECORDED_CALLS) >= calls);
                TimeUnit.MILLISECONDS.sleep(CHECKPOINTED.toMillis());
                await(
                        product,
                        RECORDED,
                        "what a restart needs is not on disk",
                        meters -> meters.sum("koegura_call_checkpoints_oldest_unwritten_timestamp_seconds") == 0);
                Instant killedAt = Instant.now();
                product.program().pullPlug();
                streams.awaitSilence(SILENT_MILLIS);
                streams.forget();
                long startNanos = System.nanoTime();
                product = start(place, port);
                done.add(look(product, streams, calls, killedAt, startNanos));
            }
            for (WholeCalls.Talk talk : talks) {
                telephones.end(talk);
            }
            await(product, TOLD, "calls that were hung up are not over", meters -> meters.sum(CALLS) == 0);
            told.accept(calls + " calls: killed " + restarts + " times, hung up at the end");
            return done;
        } catch (IOException e) {
            throw new BenchFault("koegura run did not carry a call: " + e.getMessage(), e);
        } finally {
            product.program().close();
        }
    }

    private RunningProduct start(Path place, int port) throws BenchFault, InterruptedException {
        return RunningProduct.start(launcher, port, ports, place, List.of(), List.of("--rehearsal", "0"));
    }

    private static WholeCalls.Talk place(WholeCalls telephones, Streams.Party caller, Streams.Party callee)
            throws IOException {
        WholeCalls.Talk talk = telephones.begin(caller.port(), callee.port());
        caller.speak(WholeCalls.audioPort(talk.answer()));
        callee.speak(WholeCalls.audioPort(talk.invite()));
        return talk;
    }

    /// What became of one restart, once telephones are answered.
    private Restart look(RunningProduct product, Streams streams, int calls, Instant killedAt, long startNanos)
            throws BenchFault, InterruptedException {
        long answeringNanos = System.nanoTime() - startNanos;
        while (!streams.allHeard() && System.nanoTime() - startNanos < HEARD.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        if (streams.heard() == 0) {
            throw new BenchFault("no call went on within " + HEARD.toSeconds() + " s: "
                    + product.program().lastWords());
        }
        OptionalLong all =
                streams.allHeard() ? OptionalLong.of(streams.lastNanos() - startNanos) : OptionalLong.empty();
        await(
                product,
                TOLD,
                "what the killed process left is not told",
                meters -> meters.sum("koegura_storage_recoveries_total", "outcome=\"sealed\"") >= calls
                        && meters.sum("koegura_recoveries_untold") == 0);
        return new Restart(
                killedAt, streams.firstNanos() - startNanos, all, answeringNanos, System.nanoTime() - startNanos);
    }

    private static void await(RunningProduct product, Duration atMost, String otherwise, Predicate<Meters> condition)
            throws BenchFault, InterruptedException {
        long deadlineNanos = System.nanoTime() + atMost.toNanos();
        while (!condition.test(new Meters(product.counted()))) {
            product.program().requireAlive();
            if (System.nanoTime() > deadlineNanos) {
                throw new BenchFault("koegura run: " + otherwise + " in " + atMost.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
