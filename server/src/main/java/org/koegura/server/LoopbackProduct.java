package org.koegura.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.transport.Dscp;

/// The whole product on free loopback ports, with a data directory that goes when it is closed.
///
/// Belongs to the thread that started it.
final class LoopbackProduct implements AutoCloseable {

    private static final PortRange MEDIA_PORTS = new PortRange(20_000, 39_999);

    private final Path data;
    private final Product product;

    private LoopbackProduct(Path data, Product product) {
        this.data = data;
        this.product = product;
    }

    /// Starts it. Blocks until it answers.
    ///
    /// @param what names its data directory
    /// @param log into that directory, if at all
    /// @throws StartFault it cannot; nothing is left
    static LoopbackProduct start(String what, AdmissionSettings admission, LogFormat log) throws StartFault {
        Path data = makeData(what);
        Product product = null;
        try {
            product = Product.start(config(data, admission, log));
            return new LoopbackProduct(data, product);
        } finally {
            if (product == null) {
                remove(data);
            }
        }
    }

    Product product() {
        return product;
    }

    /// Stops the product and removes its data.
    ///
    /// @throws StartFault something of the data is left
    @Override
    public void close() throws StartFault {
        product.close();
        if (!remove(data)) {
            throw new StartFault("temporary data could not be removed: delete " + data);
        }
    }

    private static Config config(Path data, AdmissionSettings admission, LogFormat log) {
        HostPort anyPort = new HostPort("127.0.0.1", 0);
        return new Config(
                Config.Sip.at(anyPort),
                Config.Routes.admitting(admission),
                Numbering.USUAL,
                List.of(),
                Dscp.CS3,
                anyPort,
                MEDIA_PORTS,
                Config.Store.ofDemo(data),
                false,
                false,
                Duration.ZERO,
                Duration.ofMinutes(5),
                0,
                log);
    }

    private static Path makeData(String what) throws StartFault {
        try {
            return Files.createTempDirectory("koegura-" + what + "-");
        } catch (IOException e) {
            throw new StartFault(
                    "cannot make a folder in " + System.getProperty("java.io.tmpdir") + ": free space, or set TMPDIR",
                    e);
        }
    }

    private static boolean remove(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failed) throws IOException {
                    Files.delete(left);
                    return FileVisitResult.CONTINUE;
                }
            });
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
