package org.koegura.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;

/// The control of everything else: the peers work with each other where the product is not between them.
class PeersIT {

    @Test
    void telephonesRegisterWithDigestAndHearEachOtherThroughTheRegistrar(@TempDir Path folder) throws IOException {
        int ports = LoopbackPorts.block(60);
        short[] citizenSpeech = Speech.spoken("citizen-1");
        Path citizenWav = Speech.repeated(folder.resolve("citizen.wav"), citizenSpeech, 60);
        Path staffWav = Speech.repeated(folder.resolve("staff.wav"), Speech.spoken("staff-1"), 60);
        try (PacketTap tap = PacketTap.start(folder, ports, 60);
                Kamailio kamailio = Kamailio.start(folder.resolve("kamailio"), ports, ports + 1);
                Baresip staff = telephone(folder, "201", kamailio, staffWav, ports + 4);
                Baresip citizen = telephone(folder, "0120000001", kamailio, citizenWav, ports + 24)) {
            citizen.dial("sip:201@" + kamailio.hostPort());
            staff.accept();
            staff.awaitEstablished();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> heardBy(staff, tap, citizenSpeech).value() > 0.9);
            assertThat(heardBy(citizen, tap, citizenSpeech).value()).isLessThan(0.3);
            citizen.hangUp();
            staff.awaitClosed();
            assertThat(registrations(tap.datagrams())).contains("SIP/2.0 401").contains("Authorization: Digest");
        }
    }

    private static Baresip telephone(Path folder, String user, Kamailio kamailio, Path wav, int port)
            throws IOException {
        return Baresip.start(
                folder.resolve(user), new Baresip.Settings(user, kamailio.hostPort(), null, "pcmu,pcma", wav, port));
    }

    private static Correlation heardBy(Baresip telephone, PacketTap tap, short[] speech) throws IOException {
        List<Rtp> packets = Rtp.in(
                tap.datagrams(),
                datagram -> telephone.hasMediaPort(datagram.destination().getPort()));
        return Correlation.of(speech, Rtp.sound(packets));
    }

    private static String registrations(List<Datagram> datagrams) {
        StringBuilder all = new StringBuilder();
        datagrams.stream()
                .filter(datagram -> !Rtp.isRtp(datagram))
                .forEach(datagram -> all.append(new String(datagram.payload(), StandardCharsets.UTF_8)));
        return all.toString();
    }
}
