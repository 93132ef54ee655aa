package org.koegura.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.koegura.server.config.Chosen;
import org.koegura.server.config.Config;
import org.koegura.server.config.ConfigFile;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.config.Key;
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
            names = "--config",
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
    public Integer call() throws StartFault, InterruptedException {
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
        Chosen chosen = chosen();
        Config config = Config.of(chosen);
        try {
            if (check) {
                Trial.settings(config);
                out.println((file == null ? "The settings are" : file + " is") + " right.");
            } else {
                run(out, config);
            }
            return CommandLine.ExitCode.OK;
        } catch (StartFault fault) {
            fault.firstPasswords().ifPresent(passwords -> Greeting.printAccounts(out, passwords));
            DataLog.flush();
            line.getErr().println(fault.line(chosen::where));
            return fault.exitCode();
        }
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

    private Chosen chosen() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        Map<Key<?>, String> options = new HashMap<>();
        for (Key<?> key : ConfigKeys.ALL) {
            String text = line.getParseResult().matchedOptionValue(key.option(), (String) null);
            if (text != null) {
                options.put(key, text);
            }
        }
        ConfigFile read = file == null ? ConfigFile.EMPTY : ConfigFile.read(file);
        String name = file == null ? "" : Key.shown(file.toString(), Integer.MAX_VALUE);
        if (!read.problems().isEmpty()) {
            throw new ConfigRefused(
                    line,
                    read.problems().stream().map(problem -> problem.line(name)).toList());
        }
        Chosen chosen = new Chosen(name, read.given(), read.lines(), options);
        List<String> conflicts = chosen.conflicts();
        if (!conflicts.isEmpty()) {
            throw new ConfigRefused(line, conflicts);
        }
        return chosen;
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
