package org.koegura.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.koegura.server.config.Chosen;
import org.koegura.server.config.Config;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.config.Key;
import org.koegura.server.config.RunOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `koegura run`: starts the proxy and stays until it is told to stop.
@Command(name = "run", description = "Starts the proxy.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    /// How long a rehearsal that is stopped may take to remove its data.
    private static final Duration REHEARSAL_END_LIMIT = Duration.ofSeconds(5);

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = RunOptions.CONFIG,
            paramLabel = "FILE",
            description = "Configuration file (YAML); options given here outrank it. No file is read unasked.")
    @Nullable
    Path file;

    @Option(
            names = "--print-config",
            description = "Prints a configuration file with every key and its default, and ends.")
    boolean printConfig;

    @Option(
            names = "--check",
            description = "Reads the settings, tries what of them needs no port of a running instance, and ends: "
                    + "0 they are right, 2 they are not.")
    boolean check;

    /// Adds an option for every key of the configuration. None has a default here: only what was given outranks the
    /// file.
    static void addOptions(CommandSpec spec) {
        for (Key<?> key : ConfigKeys.ALL) {
            spec.addOption(OptionSpec.builder(key.option())
                    .paramLabel(key.label())
                    .type(String.class)
                    .converters((ITypeConverter<String>) text -> {
                        if (key.read(text) == null) {
                            throw new TypeConversionException(key.complaint(text));
                        }
                        return text;
                    })
                    .description(key.doc(), key.standard() == null ? "" : "Default: " + key.standard())
                    .build());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = line.getOut();
        if (printConfig) {
            if (line.getParseResult().matchedOptions().size() > 1) {
                throw new ParameterException(
                        line,
                        "--print-config prints the defaults and takes no other option; --check tells whether a file is"
                                + " right");
            }
            out.print(ConfigKeys.example());
            out.flush();
            return 0;
        }
        RunOptions options = new RunOptions(file, given(line.getParseResult()));
        return check ? check(options, out, line.getErr()) : run(options, out, line.getErr());
    }

    /// Starts the proxy, and returns with the exit code when it was stopped. Blocks.
    ///
    /// @throws ConfigRefused the settings cannot be used
    static int run(RunOptions options, PrintWriter out, PrintWriter err) throws InterruptedException {
        Chosen chosen = options.chosen();
        try {
            run(out, Config.of(chosen));
            return CommandLine.ExitCode.OK;
        } catch (StartFault fault) {
            return tell(fault, chosen, out, err);
        }
    }

    private static int check(RunOptions options, PrintWriter out, PrintWriter err) {
        Chosen chosen = options.chosen();
        try {
            Trial.settings(Config.of(chosen));
            out.println((options.file() == null ? "The settings are" : options.file() + " is") + " right.");
            return CommandLine.ExitCode.OK;
        } catch (StartFault fault) {
            return tell(fault, chosen, out, err);
        }
    }

    private static int tell(StartFault fault, Chosen chosen, PrintWriter out, PrintWriter err) {
        fault.firstPasswords().ifPresent(passwords -> Greeting.printAccounts(out, passwords));
        DataLog.flush();
        err.println(fault.line(chosen::where));
        return fault.exitCode();
    }

    private static void run(PrintWriter out, Config config) throws StartFault, InterruptedException {
        Shutdown shutdown = new Shutdown();
        shutdown.takeSignals();
        try (Product product = Product.start(config, () -> rehearse(out, config, shutdown))) {
            DataLog.flush();
            Greeting.print(out, config, product);
            shutdown.awaitFirst();
            drain(out, config, product, shutdown);
        }
        DataLog.flush();
        out.println("Sealed and stopped.");
    }

    /// Ctrl-C ends it at once.
    private static void rehearse(PrintWriter out, Config config, Shutdown shutdown) throws StartFault {
        if (config.rehearsal() == 0) {
            return;
        }
        out.println("Warming up with " + config.rehearsal() + " calls to itself, which it places for at most "
                + Rehearsed.START_LIMIT.toSeconds() + " s (--rehearsal 0 for none).");
        Thread rehearsal = Thread.ofPlatform()
                .daemon()
                .name("rehearsed")
                .start(() -> Rehearsed.hold(config.rehearsal(), Rehearsed.START_LIMIT));
        shutdown.atFirst(rehearsal::interrupt);
        try {
            while (!shutdown.isAsked() && !rehearsal.join(Duration.ofMillis(100))) {
                // the join is the wait
            }
            if (shutdown.isAsked()) {
                var _ = rehearsal.join(REHEARSAL_END_LIMIT);
                throw StartFault.stopped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StartFault.stopped();
        }
    }

    private static Map<Key<?>, String> given(CommandLine.ParseResult parsed) {
        Map<Key<?>, String> given = new HashMap<>();
        for (Key<?> key : ConfigKeys.ALL) {
            String text = parsed.matchedOptionValue(key.option(), (String) null);
            if (text != null) {
                given.put(key, text);
            }
        }
        return given;
    }

    private static void drain(PrintWriter out, Config config, Product product, Shutdown shutdown)
            throws InterruptedException {
        product.drain();
        long deadlineNanos = System.nanoTime() + config.drainWait().toNanos();
        if (!product.awaitIdle(Duration.ZERO)) {
            out.println("New calls are refused. " + product.liveCalls() + " running: waiting at most "
                    + config.drainWait().toSeconds() + " s for them. Ctrl-C again seals what is recorded and leaves.");
        }
        while (!shutdown.isSecond()
                && System.nanoTime() < deadlineNanos
                && !product.awaitIdle(Duration.ofMillis(200))) {
            // awaitIdle is the wait
        }
    }
}
