package org.koegura.server.bench.media;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.BenchResult;
import org.koegura.server.bench.Benchmark;
import org.koegura.server.bench.Machine;
import org.koegura.server.bench.Peers;
import org.koegura.server.bench.Peers.Peer;
import org.koegura.server.temporary.TemporaryFolder;

/// `koegura bench media`: packets through the product, relayed and recorded, through rtpengine, and through a relay in
/// C.
public final class MediaBenchmark implements Benchmark {

    static final Peer RTPENGINE = new Peer("rtpengine", "rtpengine-daemon", "--version");
    static final Peer COMPILER = new Peer("gcc", "gcc libc6-dev", "-dumpfullversion");
    static final Peer TASKSET = new Peer("taskset", "util-linux", "--version");
    static final List<Peer> PEERS = List.of(RTPENGINE, COMPILER, TASKSET);

    @Override
    public String name() {
        return "media";
    }

    @Override
    public boolean measuresMedia() {
        return true;
    }

    @Override
    public BenchResult run(BenchOrder order, PrintWriter out) throws BenchFault, InterruptedException {
        return run(order, order.brief() ? MediaPlan.brief(order.rounds()) : MediaPlan.full(order.rounds()), out);
    }

    static BenchResult run(BenchOrder order, MediaPlan plan, PrintWriter out) throws BenchFault, InterruptedException {
        Peers peers = Peers.find(order.path(), PEERS);
        Cores cores = Cores.here();
        try (TemporaryFolder folder = TemporaryFolder.make("bench")) {
            Yardsticks yardsticks =
                    Yardsticks.compile(peers.at(COMPILER), folder.path().resolve("yardsticks"));
            Map<String, String> machine = Machine.describe();
            machine.putAll(peers.versions());
            machine.put(MediaTable.KERNEL, order.kernelHelp() ? "auto" : "never");
            machine.put("climb", Intake.isPossible() ? "frames taken in on the relay's core" : "frames not steered");
            out.println("About " + plan.usual().toMinutes() + " minutes, at most "
                    + plan.most().toMinutes() + ". Leave the machine alone meanwhile.");
            List<MediaRound> rounds =
                    new MediaBench(peers, yardsticks, order, folder.path(), cores, plan, out::println).run();
            BenchResult result = MediaResult.of(rounds, plan, machine);
            MediaTable.print(out, result, plan);
            return result;
        } catch (IOException e) {
            throw new BenchFault(String.valueOf(e.getMessage()), e);
        }
    }
}
