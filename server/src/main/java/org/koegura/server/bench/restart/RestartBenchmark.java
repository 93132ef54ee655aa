package org.koegura.server.bench.restart;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.BenchResult;
import org.koegura.server.bench.Benchmark;
import org.koegura.server.bench.Machine;
import org.koegura.server.temporary.TemporaryFolder;

/// `koegura bench restart`: the product is killed under calls, a hundred times.
public final class RestartBenchmark implements Benchmark {

    @Override
    public String name() {
        return "restart";
    }

    @Override
    public BenchResult run(BenchOrder order, PrintWriter out) throws BenchFault, InterruptedException {
        RestartPlan plan = order.brief() ? RestartPlan.brief(order.rounds()) : RestartPlan.full(order.rounds());
        Map<String, String> machine = Machine.describe();
        try (TemporaryFolder folder = TemporaryFolder.make("bench")) {
            out.println("About " + plan.usual().toMinutes() + " minutes. Leave the machine alone meanwhile.");
            out.flush();
            Map<Integer, List<Restart>> restarts = new RestartBench(order, folder.path(), plan, out::println).run();
            BenchResult result = RestartResult.of(restarts, machine);
            RestartResult.print(out, result, restarts);
            return result;
        } catch (IOException e) {
            throw new BenchFault(String.valueOf(e.getMessage()), e);
        }
    }
}
