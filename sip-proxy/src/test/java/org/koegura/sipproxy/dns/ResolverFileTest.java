package org.koegura.sipproxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolverFileTest {

    @Test
    void theNameServersOfTheSystemAreRead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("resolv.conf");
        Files.writeString(
                file, "# nameserver 192.0.2.9\nsearch city.example\n  nameserver\t192.0.2.1 \nnameserver ::1\n");
        assertThat(ResolverFile.servers(file))
                .containsExactly(
                        new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 53),
                        new InetSocketAddress(InetAddress.ofLiteral("::1"), 53));
    }

    @Test
    void aSystemWithoutThatFileHasNone(@TempDir Path folder) {
        assertThat(ResolverFile.servers(folder.resolve("none"))).isEmpty();
    }
}
