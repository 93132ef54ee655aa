package org.koegura.server;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.server.config.LogFormat;
import org.koegura.server.demo.Demo;
import org.koegura.server.demo.Language;
import org.koegura.sipproxy.admission.AdmissionSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `koegura demo`: starts the product on free loopback ports, places one call through it, and tells what happens.
@Command(
        name = "demo",
        description = "Starts the proxy on free loopback ports and places a call through it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes%n",
        exitCodeList = {
            "  0:the call was announced, recorded and verified",
            "  1:it was not, or the proxy could not start",
            "130:Ctrl-C came before the verdict"
        })
final class DemoCommand implements Callable<Integer> {

    private static final int STOPPED = 130;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(names = "--exit", description = "Leaves with the verdict instead of keeping the console open.")
    boolean exit;

    @Option(
            names = "--language",
            paramLabel = "ja|en",
            description = "Language of the narration; that of the terminal if not given.")
    @Nullable
    String language;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description = "Writes the recording there too, as pcapng and WAV; makes the folder if it is missing.")
    @Nullable
    Path export;

    @Override
    public Integer call() throws StartFault, InterruptedException {
        Language spoken = spoken();
        makeExportFolder();
        Shutdown shutdown = new Shutdown();
        shutdown.takeSignals();
        try (LoopbackProduct loopback = LoopbackProduct.start("demo", AdmissionSettings.defaults(), LogFormat.TEXT)) {
            return narrate(loopback.product(), spoken, shutdown);
        }
    }

    /// Tells the call; Ctrl-C ends it in the middle of a line.
    private int narrate(Product product, Language spoken, Shutdown shutdown) throws StartFault, InterruptedException {
        CompletableFuture<Integer> verdict = new CompletableFuture<>();
        try (PrintWriter out =
                untilClosed(Objects.requireNonNull(spec).commandLine().getOut())) {
            Demo.Options options =
                    new Demo.Options(spoken, exit, new SecureRandom(), Clock.system(ZoneId.systemDefault()), export);
            Thread.ofVirtual().name("demo").start(() -> {
                try {
                    verdict.complete(Demo.run(new DemoProduct(product), out, options));
                } catch (IOException | InterruptedException | RuntimeException e) {
                    verdict.completeExceptionally(e);
                }
            });
            Thread.ofVirtual().name("demo-stop").start(() -> {
                try {
                    shutdown.awaitFirst();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                verdict.complete(STOPPED);
            });
            int code = verdict.get();
            if (code == STOPPED) {
                out.println(); // the line that Ctrl-C interrupted
            } else if (!exit) {
                shutdown.awaitFirst();
            }
            return code;
        } catch (ExecutionException e) {
            throw new StartFault("the demo's telephones failed: " + e.getCause(), e);
        }
    }

    /// Prints to `out` until it is closed, which leaves `out` open: what is told after Ctrl-C concerns nobody.
    private static PrintWriter untilClosed(PrintWriter out) {
        return new PrintWriter(
                new FilterWriter(out) {
                    @Override
                    public void close() {
                        // not ours
                    }
                },
                true);
    }

    private Language spoken() {
        if (language == null) {
            return Language.of(Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
                    .map(System::getenv)
                    .filter(value -> value != null && !value.isEmpty())
                    .findFirst()
                    .orElse(null));
        }
        return switch (language) {
            case "ja" -> Language.JAPANESE;
            case "en" -> Language.ENGLISH;
            default ->
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "--language is 'ja' or 'en', not '" + language + "'");
        };
    }

    private void makeExportFolder() throws StartFault {
        if (export != null) {
            try {
                Files.createDirectories(export);
            } catch (IOException e) {
                throw new StartFault("cannot make the folder " + export + ": name another for --export", e);
            }
        }
    }
}
