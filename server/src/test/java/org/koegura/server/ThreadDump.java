package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.koegura.server.peer.ChildProcess;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// All threads of a product at one moment, virtual ones too: the kernel knows nothing of those, the JVM lists them.
///
/// @param threads as the JVM tells of them
public record ThreadDump(List<JsonNode> threads) {

    /// Asks the product for it.
    ///
    /// @param folder where it may write
    public static ThreadDump of(ProductProcess product, Path folder) throws IOException, InterruptedException {
        Path dump = folder.resolve("threads.json");
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try (ChildProcess dumping = ChildProcess.start(
                folder,
                jcmd.toString(),
                Long.toString(product.process().pid()),
                "Thread.dump_to_file",
                "-overwrite",
                "-format=json",
                dump.toString())) {
            assertThat(dumping.awaitExit(Duration.ofSeconds(20))).isZero();
        }
        return new ThreadDump(
                new JsonMapper().readTree(Files.readAllBytes(dump)).findParents("tid"));
    }

    long virtual() {
        return threads.stream()
                .filter(thread -> thread.path("virtual").asBoolean(false))
                .count();
    }
}
