package org.koegura.server.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.koegura.server.temporary.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `koegura bench NAME`: measures the product beside yardsticks, in one run.
@Command(
        name = "bench",
        description = {
            "Measures the proxy beside yardsticks, in one run, on 127.0.0.1.",
            "signalling: calls through it, through Kamailio with rtpengine, and through Kamailio alone."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {"  0:measured", "  1:a yardstick is missing, or the run failed", "  2:no such benchmark"})
public final class BenchCommand implements Callable<Integer> {

    private static final int ROUNDS_MIN = 1;
    private static final int ROUNDS_MAX = 20;

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "signalling")
    @Nullable
    String name;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the result there, too, as one JSON object.")
    @Nullable
    Path json;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often every side is measured; ratios are medians over them. Default: 3")
    int rounds;

    @Option(
            names = "--short",
            description = "About 9 minutes instead of about 35, with shorter loads; for a look, not for a verdict.")
    boolean brief;

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec command = Objects.requireNonNull(spec);
        if (!Objects.equals(name, "signalling")) {
            throw new ParameterException(
                    command.commandLine(), "'" + name + "' is no benchmark; there is one: signalling");
        }
        if (rounds < ROUNDS_MIN || rounds > ROUNDS_MAX) {
            throw new ParameterException(
                    command.commandLine(), "--rounds is " + ROUNDS_MIN + " to " + ROUNDS_MAX + ", not " + rounds);
        }
        try {
            signalling(command.commandLine().getOut());
            return 0;
        } catch (BenchFault fault) {
            command.commandLine().getErr().println("koegura: " + fault.getMessage());
            return 1;
        }
    }

    private void signalling(PrintWriter out) throws BenchFault, InterruptedException {
        Peers peers = Peers.find(Objects.requireNonNullElse(System.getenv("PATH"), ""));
        String launcher = System.getProperty("koegura.launcher");
        if (launcher == null) {
            throw new BenchFault("start it with the script: ./koegura bench signalling");
        }
        try (TemporaryFolder folder = TemporaryFolder.make("bench")) {
            Plan plan = brief ? Plan.brief(rounds) : Plan.full(rounds);
            Map<String, String> machine = Machine.describe();
            machine.putAll(peers.versions());
            out.println("About " + plan.usual().toMinutes() + " minutes, at most "
                    + plan.most().toMinutes() + ". Leave the machine alone meanwhile.");
            SignallingBench.Measured measured =
                    new SignallingBench(peers, Path.of(launcher), folder.path(), plan, out::println).run();
            BenchResult result = SignallingResult.of(measured, machine);
            SignallingTable.print(out, result, measured.rounds());
            write(result);
        } catch (IOException e) {
            throw new BenchFault(String.valueOf(e.getMessage()), e);
        }
    }

    private void write(BenchResult result) throws BenchFault {
        if (json != null) {
            try {
                Files.writeString(json, result.json(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new BenchFault("the result cannot be written to " + json + ": " + e.getMessage(), e);
            }
        }
    }
}
