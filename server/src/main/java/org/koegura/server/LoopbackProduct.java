package org.koegura.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.koegura.governance.CallRules;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.server.config.Config;
import org.koegura.server.config.HostPort;
import org.koegura.server.config.LogFormat;
import org.koegura.server.config.PortRange;
import org.koegura.server.temporary.TemporaryFolder;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.transport.Dscp;

/// The whole product on free loopback ports, with a data directory that goes when it is closed.
///
/// Belongs to the thread that started it.
final class LoopbackProduct implements AutoCloseable {

    private static final PortRange MEDIA_PORTS = new PortRange(20_000, 39_999);

    private final TemporaryFolder data;
    private final Product product;

    private LoopbackProduct(TemporaryFolder data, Product product) {
        this.data = data;
        this.product = product;
    }

    /// Starts it. Blocks until it answers.
    ///
    /// @param what names its data directory
    /// @param log into that directory, if at all
    /// @throws StartFault it cannot; nothing is left
    static LoopbackProduct start(String what, AdmissionSettings admission, LogFormat log) throws StartFault {
        TemporaryFolder data = makeData(what);
        Product product = null;
        try {
            product = Product.start(config(data.path(), admission, log));
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
        remove(data);
    }

    /// Copies its data as they are just now, as if it died: what changes meanwhile may be torn.
    ///
    /// @param to an empty folder
    void copyData(Path to) throws IOException {
        try (Stream<Path> all = Files.walk(data.path())) {
            for (Path from : (Iterable<Path>) all.skip(1)::iterator) { // the first is the folder itself
                try {
                    Files.copy(
                            from,
                            to.resolve(data.path().relativize(from).toString()),
                            StandardCopyOption.COPY_ATTRIBUTES); // keys are for their owner alone
                } catch (NoSuchFileException gone) {
                    // it was for a moment
                }
            }
        }
    }

    static Config config(Path data, AdmissionSettings admission, LogFormat log) {
        HostPort anyPort = new HostPort("127.0.0.1", 0);
        return new Config(
                Config.Sip.at(anyPort),
                Config.Routes.admitting(admission),
                Numbering.USUAL,
                List.of(),
                Config.Calendar.PLAIN,
                Dscp.CS3,
                anyPort,
                MEDIA_PORTS,
                false, // it talks to itself, for seconds: nothing is put into the machine's kernel for that
                Config.Store.ofDemo(data),
                false,
                NoticeCodecs.Others.LAST,
                InsideHears.OTHER_PARTY,
                Config.Prompts.SHIPPED,
                new CallRules(false, false),
                Config.Telephone.USUAL,
                Duration.ZERO,
                Duration.ofMinutes(5),
                0,
                log);
    }

    private static TemporaryFolder makeData(String what) throws StartFault {
        try {
            return TemporaryFolder.make(what);
        } catch (IOException e) {
            throw new StartFault(String.valueOf(e.getMessage()), e);
        }
    }

    private static void remove(TemporaryFolder data) throws StartFault {
        try {
            data.close();
        } catch (IOException e) {
            throw new StartFault(String.valueOf(e.getMessage()), e);
        }
    }
}
