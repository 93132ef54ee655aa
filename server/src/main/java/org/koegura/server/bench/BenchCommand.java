package org.koegura.server.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
            "signalling: calls through it, through Kamailio with rtpengine, and through Kamailio alone.",
            "media: packets through it, relayed and recorded, through rtpengine, and through a small relay in C.",
            "restart: how long its calls hear nothing when it is killed and starts again; it has no yardstick."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {"  0:measured", "  1:a yardstick is missing, or the run failed", "  2:no such benchmark"})
public final class BenchCommand implements Callable<Integer> {

    private static final int ROUNDS_MIN = 1;
    private static final int ROUNDS_MAX = 20;

    private static final String KERNEL_AUTO = "auto";
    private static final String KERNEL_NEVER = "never";

    private final List<Benchmark> benchmarks;

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "signalling, media or restart")
    @Nullable
    String name;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the result there, too, as one JSON object.")
    @Nullable
    Path json;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "How often every side is measured, or a third of the restarts; ratios are medians over them. Default: 3")
    int rounds;

    @Option(
            names = "--short",
            description = "Shorter loads: a quarter of the time, or half for media; for a look, not for a verdict.")
    boolean brief;

    @Option(
            names = "--media-kernel",
            paramLabel = "auto|never",
            defaultValue = KERNEL_AUTO,
            description = "Of media: the product's setting media.kernel. never: its own sockets carry all, as on a host"
                    + " that gives it no rights to more. Default: auto")
    String mediaKernel = KERNEL_AUTO;

    /// @param benchmarks those that there are
    public BenchCommand(List<Benchmark> benchmarks) {
        this.benchmarks = List.copyOf(benchmarks);
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec command = Objects.requireNonNull(spec);
        Benchmark asked = benchmarks.stream()
                .filter(benchmark -> benchmark.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        command.commandLine(),
                        "'" + name + "' is no benchmark; there are: "
                                + benchmarks.stream().map(Benchmark::name).collect(Collectors.joining(", "))));
        if (rounds < ROUNDS_MIN || rounds > ROUNDS_MAX) {
            throw new ParameterException(
                    command.commandLine(), "--rounds is " + ROUNDS_MIN + " to " + ROUNDS_MAX + ", not " + rounds);
        }
        requireMediaKernel(command, asked);
        try {
            write(asked.run(order(), command.commandLine().getOut()));
            return 0;
        } catch (BenchFault fault) {
            command.commandLine().getErr().println("koegura: " + fault.getMessage());
            return 1;
        }
    }

    private void requireMediaKernel(CommandSpec command, Benchmark asked) {
        boolean never = mediaKernel.equals(KERNEL_NEVER);
        if (!never && !mediaKernel.equals(KERNEL_AUTO)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--media-kernel is " + KERNEL_AUTO + " or " + KERNEL_NEVER + ", not '" + mediaKernel + "'");
        }
        if (never && !asked.measuresMedia()) {
            throw new ParameterException(
                    command.commandLine(), "--media-kernel is for media alone, not for " + asked.name());
        }
    }

    private BenchOrder order() throws BenchFault {
        String launcher = System.getProperty("koegura.launcher");
        if (launcher == null) {
            throw new BenchFault("start it with the script: ./koegura bench " + name);
        }
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return new BenchOrder(Path.of(launcher), path, rounds, brief, mediaKernel.equals(KERNEL_AUTO), new FreePorts());
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
