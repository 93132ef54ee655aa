package org.koegura.server.bench.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.Meters;
import org.koegura.server.bench.Program;
import org.koegura.server.bench.RunningProduct;
import org.koegura.server.rehearsal.WholeCalls;

/// `koegura run`, calls placed through it by SIP. Where it is to relay only, the caller's number is of a line that is
/// never announced nor recorded; else all is on that a new installation has on, and the calls are measured once each of
/// them has been announced and is recorded.
final class ProductMedia implements RunningMedia {

    private static final Duration RECORDED = Duration.ofMinutes(2);
    private static final Duration CLEARED = Duration.ofMinutes(5);
    private static final Duration COLLECTED = Duration.ofSeconds(30);
    private static final int ASKED_MAX = 20;
    private static final int POLL_MILLIS = 500;

    /// As its event loops for media are called.
    private static final String RELAYING_THREADS = "media-";

    /// So that it can be told to collect; the launcher forbids it.
    private static final String ATTACHABLE = "-XX:-DisableAttachMechanism";

    private static final String CALLS = "koegura_calls";
    private static final String BY_KERNEL = "koegura_rtp_packets_kernel_total";
    private static final String RECORDED_PACKETS = "recorded";
    private static final List<String> CAPTURED = List.of("received", RECORDED_PACKETS, "lost", "withheld");

    private final Setting setting;
    private final RunningProduct product;
    private final WholeCalls telephones;
    private final CollectorLog collector;
    private final boolean recording;
    private final List<WholeCalls.Talk> talks = new ArrayList<>();
    private Meters atOpen = new Meters(List.of());
    private Meters atBegin = new Meters(List.of());
    private int collectedAtBegin;

    private ProductMedia(
            Setting setting, RunningProduct product, WholeCalls telephones, CollectorLog collector, boolean recording) {
        this.setting = setting;
        this.product = product;
        this.telephones = telephones;
        this.collector = collector;
        this.recording = recording;
    }

    static ProductMedia start(Setting setting, boolean recording) throws BenchFault, InterruptedException {
        Path folder = setting.folder();
        CollectorLog collector = new CollectorLog(folder.resolve("collector.log"));
        List<String> more = new ArrayList<>();
        if (!recording) {
            more.addAll(List.of("--config", neverRecording(folder).toString()));
        }
        if (!setting.order().kernelHelp()) {
            more.addAll(List.of("--media-kernel", "never"));
        }
        RunningProduct product = RunningProduct.start(
                setting.order().launcher(),
                setting.order().ports().next(),
                setting.order().ports(),
                folder,
                List.of(collector.option(), ATTACHABLE),
                more);
        try {
            return new ProductMedia(setting, product, WholeCalls.through(product.port()), collector, recording);
        } catch (IOException e) {
            product.program().close();
            throw new BenchFault("no sockets for the telephones: " + e.getMessage(), e);
        }
    }

    private static Path neverRecording(Path folder) throws BenchFault {
        String line =
                "lines:\n  - {number: " + WholeCalls.NUMBER + ", section: bench, site: bench, notice: never-record}\n";
        try {
            Files.createDirectories(folder);
            return Files.writeString(folder.resolve("koegura.yaml"), line, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BenchFault("the product's settings cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Program> programs() {
        return List.of(product.program());
    }

    @Override
    public void open(int calls) throws BenchFault, InterruptedException {
        atOpen = meters();
    }

    @Override
    public CallPorts call(CallPorts parties) throws BenchFault {
        try {
            WholeCalls.Talk talk = telephones.begin(parties.caller(), parties.callee());
            talks.add(talk);
            return new CallPorts(SessionDescription.port(talk.answer()), SessionDescription.port(talk.invite()));
        } catch (IOException e) {
            throw new BenchFault("koegura run did not carry a call: " + e.getMessage(), e);
        }
    }

    @Override
    public void settle() throws BenchFault, InterruptedException {
        String state = recording ? "state=\"recorded\"" : "state=\"not_recorded\"";
        await(
                RECORDED,
                "not all calls are in the state that is measured (" + state + ")",
                meters -> meters.sum(CALLS, state) >= talks.size());
        pin();
    }

    /// Each time anew: threads that were made since are where those were that made them.
    private void pin() throws BenchFault, InterruptedException {
        if (recording) {
            setting.cores().pinRelaying(product.program().pid(), RELAYING_THREADS);
        } else {
            setting.cores().pinRelaying(product.program().pid());
        }
    }

    @Override
    public void begin() throws BenchFault, InterruptedException {
        atBegin = meters();
        collectedAtBegin = collector.length();
    }

    @Override
    public Map<String, Double> end() throws BenchFault, InterruptedException {
        Map<String, Double> told = new TreeMap<>();
        Meters now = meters();
        told.put("gc_pause_max_micros", collector.longestPauseMicros(collectedAtBegin));
        told.put("allocated_bytes", now.allocatedBytes() - atBegin.allocatedBytes());
        told.put("kernel_packets", now.sum(BY_KERNEL) - atBegin.sum(BY_KERNEL));
        told.put("live_heap_bytes", liveHeapBytes());
        return told;
    }

    @Override
    public Map<String, Double> hangUp() throws BenchFault, InterruptedException {
        try {
            for (WholeCalls.Talk talk : talks) {
                telephones.end(talk);
            }
        } catch (IOException e) {
            throw new BenchFault("koegura run did not end a call: " + e.getMessage(), e);
        }
        talks.clear();
        await(
                CLEARED,
                "calls that were hung up are not sealed and in the cloud",
                meters -> meters.sum(CALLS) == 0
                        && meters.sum("koegura_spool_segments", "pending") == 0
                        && meters.sum("koegura_ledger_waiting") == 0);
        Meters now = meters();
        Map<String, Double> told = new TreeMap<>();
        for (String what : recording ? CAPTURED : List.of(RECORDED_PACKETS)) {
            String name = "koegura_capture_packets_" + what + "_total";
            told.put("capture_" + what + "_packets", now.sum(name) - atOpen.sum(name));
        }
        return told;
    }

    private void await(Duration atMost, String otherwise, Predicate<Meters> condition)
            throws BenchFault, InterruptedException {
        long deadlineNanos = System.nanoTime() + atMost.toNanos();
        while (!condition.test(meters())) {
            requireAlive();
            if (System.nanoTime() > deadlineNanos) {
                throw new BenchFault("koegura run: " + otherwise + " in " + atMost.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /// What its objects take when all that nobody holds is collected, these calls' among them.
    private double liveHeapBytes() throws BenchFault, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try (Program collect = Program.start(
                "collect",
                setting.folder(),
                Map.of(),
                List.of(jcmd.toString(), Long.toString(product.program().pid()), "GC.run"))) {
            if (!collect.awaitEnd(COLLECTED)) {
                throw new BenchFault("koegura run does not collect what nobody holds: " + collect.lastWords());
            }
        }
        return meters().heapBytes();
    }

    /// @throws BenchFault where it does not tell: no meters are no zeros
    private Meters meters() throws BenchFault, InterruptedException {
        for (int asked = 0; asked < ASKED_MAX; asked++) {
            List<String> counted = product.counted();
            if (!counted.isEmpty()) {
                return new Meters(counted);
            }
            requireAlive();
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new BenchFault("koegura run does not tell its metrics");
    }

    @Override
    public void close() {
        telephones.close();
        product.program().close();
    }
}
