package org.koegura.server;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.koegura.rtpcapture.RtpCapture;
import org.koegura.server.bench.BenchCommand;
import org.koegura.server.bench.media.MediaBenchmark;
import org.koegura.server.bench.restart.RestartBenchmark;
import org.koegura.server.bench.signalling.SignallingBenchmark;
import org.koegura.server.config.ConfigRefused;
import org.koegura.server.config.RunOptions;
import org.koegura.server.policy.PolicyCommand;
import org.koegura.storageclient.LocalStore;
import org.koegura.verifier.VerifyCommand;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line: `run`, `demo`, `verify`, `bench`, `prompt`, `policy`. The launcher adds `test`, which is
/// Maven's work.
///
/// Exit codes: 0 done; 1 it could not start, or the demo's verdict is bad; 2 command line or configuration file is
/// wrong, also for this machine; 70 a fault of ours; 130 the demo was stopped before its verdict. `verify` and
/// `policy` have their own, in their help.
@Command(
        name = "koegura",
        description = "A SIP recording proxy: it announces, then records, and proves both.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            DemoCommand.class,
            RehearseCommand.class,
            PromptCommand.class,
            PolicyCommand.class
        })
public final class Main {

    private static final int FAULT_OF_OURS = 70;

    /// Commands whose start somebody may wait for, and the one that trains for it.
    private static final Set<String> STARTING = Set.of("run", "rehearse");

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        Carriers.share();
        int code;
        try {
            code = run(args);
        } catch (Error fault) { // such as a jar that was replaced under us, or no memory left
            code = explain(terminal(System.err), fault);
        }
        System.exit(code);
    }

    private static int run(String[] args) {
        if (args.length > 0 && args[0].equals("verify")) {
            return VerifyCommand.run(List.of(args).subList(1, args.length), System.out, System.err);
        }
        if (args.length > 0 && STARTING.contains(args[0])) {
            var _ = LoggerFactory.getILoggerFactory(); // by one thread: meanwhile another would get a substitute
            Thread.ofPlatform().daemon().name("ahead").start(Main::loadAhead);
        }
        if (args.length > 0 && args[0].equals("run")) {
            Optional<RunOptions> plain = RunOptions.plain(List.of(args).subList(1, args.length));
            if (plain.isPresent()) {
                return run(plain.get());
            }
        }
        return execute(args);
    }

    private static int run(RunOptions options) {
        PrintWriter err = terminal(System.err);
        try {
            return RunCommand.run(options, terminal(System.out), err);
        } catch (InterruptedException | RuntimeException fault) {
            return explain(err, fault);
        }
    }

    private static PrintWriter terminal(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int execute(String[] args) {
        CommandLine line = new CommandLine(new Main());
        line.addSubcommand(
                new BenchCommand(List.of(new SignallingBenchmark(), new MediaBenchmark(), new RestartBenchmark())));
        Build build = Build.read();
        String version = "koegura " + build.version() + " (" + build.revision() + ")";
        line.getCommandSpec().version(version);
        line.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().version(version));
        line.setOut(terminal(System.out));
        line.setErr(terminal(System.err));
        RunCommand.addOptions(
                Objects.requireNonNull(line.getSubcommands().get("run")).getCommandSpec());
        line.setParameterExceptionHandler((wrong, arguments) -> {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            line.getErr().println("koegura: " + wrong.getMessage() + " (" + command + " --help)");
            return CommandLine.ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((fault, at, parsed) -> explain(line.getErr(), fault));
        return args.length == 0 ? usage(line) : line.execute(args);
    }

    /// What every start needs, whatever its settings are, is loaded beside the reading of them: calls that a dead
    /// process left wait for it. What is made is thrown away, classes and method handles stay.
    private static void loadAhead() {
        try {
            RtpCapture.prepare();
            LocalStore.prepare();
        } catch (LinkageError | RuntimeException fault) {
            // who needs it meets it again, and tells
        }
    }

    private static int usage(CommandLine line) {
        line.usage(line.getErr());
        return CommandLine.ExitCode.USAGE;
    }

    private static int explain(PrintWriter err, Throwable fault) {
        if (fault instanceof ConfigRefused refused) {
            refused.lines().forEach(err::println);
            return CommandLine.ExitCode.USAGE;
        }
        if (fault instanceof StartFault start) {
            DataLog.flush();
            err.println("koegura: " + fault.getMessage());
            return start.exitCode();
        }
        // to the log only: the terminal gets the line below
        LoggerFactory.getLogger(Main.class).error("main.fault", fault);
        DataLog.flush();
        err.println("koegura: a fault of koegura itself (" + fault.getClass().getSimpleName() + ": "
                + fault.getMessage() + "); please report it with log/koegura.log of the data directory");
        return FAULT_OF_OURS;
    }
}
