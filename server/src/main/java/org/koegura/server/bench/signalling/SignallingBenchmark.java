package org.koegura.server.bench.signalling;

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

/// `koegura bench signalling`: calls through the product, through Kamailio with rtpengine, and through Kamailio alone.
public final class SignallingBenchmark implements Benchmark {

    static final Peer SIPP = new Peer("sipp", "sip-tester", "-v");
    static final Peer KAMAILIO = new Peer("kamailio", "kamailio", "-v");
    static final Peer RTPENGINE = new Peer("rtpengine", "rtpengine-daemon", "--version");
    static final List<Peer> PEERS = List.of(SIPP, KAMAILIO, RTPENGINE);

    @Override
    public String name() {
        return "signalling";
    }

    @Override
    public BenchResult run(BenchOrder order, PrintWriter out) throws BenchFault, InterruptedException {
        Peers peers = Peers.find(order.path(), PEERS);
        try (TemporaryFolder folder = TemporaryFolder.make("bench")) {
            Plan plan = order.brief() ? Plan.brief(order.rounds()) : Plan.full(order.rounds());
            Map<String, String> machine = Machine.describe();
            machine.putAll(peers.versions());
            out.println("About " + plan.usual().toMinutes() + " minutes, at most "
                    + plan.most().toMinutes() + ". Leave the machine alone meanwhile.");
            SignallingBench.Measured measured =
                    new SignallingBench(peers, order, folder.path(), plan, out::println).run();
            BenchResult result = SignallingResult.of(measured, machine);
            SignallingTable.print(out, result, measured.rounds());
            return result;
        } catch (IOException e) {
            throw new BenchFault(String.valueOf(e.getMessage()), e);
        }
    }
}
