package org.koegura.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.koegura.storageclient.StoreSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `koegura run`: starts the proxy and stays until it is told to stop.
@Command(name = "run", description = "Starts the proxy.", mixinStandardHelpOptions = true, showDefaultValues = true)
final class RunCommand implements Callable<Integer> {

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--sip",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:5060",
            converter = HostPort.Converter.class,
            description = "Where SIP listens (UDP).")
    HostPort sip = HostPort.parse("0.0.0.0:5060");

    @Option(
            names = "--advertise",
            paramLabel = "ADDRESS",
            description =
                    "Address that telephones reach us at, in Via, Record-Route, Path and SDP; found if not given.",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    @Nullable
    String advertise;

    @Option(
            names = "--upstream",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description =
                    "Registrar or PBX for requests that name us, or a host without an address; otherwise the Request-URI says.",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    @Nullable
    HostPort upstream;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            converter = HostPort.Converter.class,
            description = "Where console, API and /metrics listen.")
    HostPort http = HostPort.parse("127.0.0.1:8080");

    @Option(
            names = "--ports",
            paramLabel = "FIRST-LAST",
            defaultValue = "20000-39999",
            converter = PortRange.Converter.class,
            description = "UDP ports for RTP and RTCP; a call takes four.")
    PortRange ports = PortRange.parse("20000-39999");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "var",
            description = "Recordings, keys, journal, database, log.")
    Path data = Path.of("var");

    @Option(
            names = "--ring-bytes",
            paramLabel = "BYTES",
            defaultValue = "" + StoreSettings.RING_BYTES_DEFAULT,
            description = "Room for recordings here; then the oldest that the cloud holds are overwritten.")
    long ringBytes = StoreSettings.RING_BYTES_DEFAULT;

    @Option(
            names = "--cloud",
            paramLabel = "DIR",
            description = "Directory that is the cloud, the second home of recordings; DATA/cloud if not given.",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    @Nullable
    Path cloud;

    @Option(
            names = "--when-unrecordable",
            paramLabel = "pass|refuse",
            defaultValue = "pass",
            description = "A call that cannot be recorded passes unrecorded, or is refused.")
    String whenUnrecordable = "pass";

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long running calls may go on after the first Ctrl-C, 0 to 86400.")
    int drainSeconds = 60;

    @Override
    public Integer call() throws StartFault, InterruptedException {
        Config config = config();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Shutdown shutdown = new Shutdown();
        shutdown.takeSignals();
        try (Product product = Product.start(config)) {
            Greeting.print(out, config, product);
            shutdown.awaitFirst();
            drain(out, config, product, shutdown);
        } catch (StartFault fault) {
            fault.firstPasswords().ifPresent(passwords -> Greeting.printAccounts(out, passwords));
            throw fault;
        }
        out.println("Sealed and stopped.");
        return 0;
    }

    private Config config() {
        if (!whenUnrecordable.equals("pass") && !whenUnrecordable.equals("refuse")) {
            throw wrong("--when-unrecordable is 'pass' or 'refuse', not '" + whenUnrecordable + "'");
        }
        if (drainSeconds < 0 || drainSeconds > 86_400) {
            throw wrong("--drain is 0 to 86400 seconds, not " + drainSeconds);
        }
        if (ringBytes < StoreSettings.RING_BYTES_MIN) {
            throw wrong("--ring-bytes is " + StoreSettings.RING_BYTES_MIN + " or more, not " + ringBytes);
        }
        return new Config(
                sip,
                advertise,
                upstream,
                http,
                ports,
                data.toAbsolutePath().normalize(),
                ringBytes,
                cloud,
                whenUnrecordable.equals("refuse"),
                Duration.ofSeconds(drainSeconds));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
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
