package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Rights;

/// Where the product may load nothing into the kernel it says so once, with why and what to do, and its own sockets
/// carry the calls, to the bit.
class SocketsAloneIT {

    @ParameterizedTest
    @EnumSource(Rights.class)
    void withoutTheRightsForTheKernelsHelpTheSocketsCarryAllAndOneLineSaysWhy(Rights rights, @TempDir Path folder)
            throws Exception {
        rights.own(folder.resolve("data"));
        List<String> entering = rights.entering(
                Path.of(System.getProperty("java.home"), "release"),
                Path.of(Objects.requireNonNull(System.getProperty("koegura.lib"))));
        try (Site site = Site.startBy(entering, folder)) {
            rights.assertHeldBy(site.product().process());
            try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                    Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
                TalkedCall.place(site, staff, citizen, Codec.PCMU, site.uri("201"), citizen);
            }

            for (String leg : List.of("leg=\"inside\"", "leg=\"outside\"")) {
                assertThat(site.api().metric("koegura_rtp_packets_total", leg, "direction=\"rx\""))
                        .isGreaterThan(100);
                assertThat(site.api().metric("koegura_rtp_packets_kernel_total", leg))
                        .isZero();
                assertThat(site.api().metric("koegura_capture_packets_lost_total", leg))
                        .isZero();
            }
            List<String> log = Files.readAllLines(site.data().resolve("log").resolve("koegura.log"));
            assertThat(log).anyMatch(line -> line.contains("media.opened transport=epoll "));
            assertThat(log.stream().filter(line -> line.contains("media.kernel.")))
                    .singleElement()
                    .asString()
                    .containsPattern("media\\.kernel\\.off why=\"the kernel refuses [a-z ]+: error 1, not permitted\" "
                            + "next=\"our own sockets carry all; .*CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, "
                            + "or set media\\.kernel: never\"");
            assertThat(log).noneMatch(line -> line.contains(" ERROR "));
        }
    }
}
