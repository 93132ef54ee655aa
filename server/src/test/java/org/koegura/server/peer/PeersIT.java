package org.koegura.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.MadeCapture;
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

    @Test
    void theCallGeneratorsScenariosWorkWithTelephoneAndRegistrar(@TempDir Path folder) throws Exception {
        int ports = LoopbackPorts.block(60);
        Path wav = Speech.repeated(folder.resolve("staff.wav"), Speech.spoken("staff-1"), 60);
        String talk =
                MadeCapture.write(folder.resolve("talk.pcap"), 0, 160, 50, 1).toString();
        Map<String, String> pcmu =
                Map.of("pt", "0", "encoding", "PCMU/8000", "ptime", "20", "direction", "sendrecv", "caller", "0990111");
        Map<String, String> talking = Map.of(
                "CAPTURE", talk, "AFTER", talk, "RING_MILLIS", "100", "NOTICE_MILLIS", "1200", "TALK_MILLIS", "1200");
        try (Kamailio kamailio = Kamailio.start(folder.resolve("kamailio"), ports, ports + 44);
                Baresip staff = telephone(folder, "201", kamailio, wav, ports + 4)) {
            String target = kamailio.hostPort();
            try (Sipp asker = Sipp.start(
                    folder.resolve("a"), new Sipp.Run("uac-options", "201", target, ports + 30, pcmu, Map.of()))) {
                assertThat(asker.succeeded()).as("OPTIONS").isTrue();
            }
            try (Sipp caller = Sipp.start(
                    folder.resolve("b"), new Sipp.Run("uac-talks", "201", target, ports + 30, pcmu, talking))) {
                staff.accept();
                assertThat(caller.succeeded()).as("a caller who talks").isTrue();
                staff.awaitClosed();
            }
            try (Sipp caller = Sipp.start(
                    folder.resolve("c"), new Sipp.Run("uac-cancels", "201", target, ports + 30, pcmu, talking))) {
                assertThat(caller.succeeded())
                        .as("a caller who gives up: %s", caller.errors())
                        .isTrue();
                staff.awaitIncoming();
                staff.awaitClosed();
            }
            try (Sipp caller = Sipp.start(
                    folder.resolve("d"),
                    new Sipp.Run("uac-refused", "299", target, ports + 30, pcmu, Map.of("STATUS", "404")))) {
                assertThat(caller.succeeded()).as("a caller who is refused").isTrue();
            }
            Map<String, String> busy = Map.of("STATUS", "486");
            try (Sipp trunk =
                    Sipp.start(folder.resolve("e"), new Sipp.Run("uas-refuses", "x", "", ports + 44, Map.of(), busy))) {
                staff.dial("sip:0990123@" + target);
                assertThat(staff.awaitClosed()).contains("486");
                assertThat(trunk.succeeded()).as("a callee who refuses").isTrue();
            }
            try (Sipp trunk =
                    Sipp.start(folder.resolve("f"), new Sipp.Run("uas-talks", "x", "", ports + 44, pcmu, talking))) {
                staff.dial("sip:0990123@" + target);
                staff.awaitEstablished();
                trunk.awaitSaid();
                staff.hangUp();
                assertThat(trunk.succeeded()).as("a callee who talks").isTrue();
            }
        }
    }

    private static Baresip telephone(Path folder, String user, Kamailio kamailio, Path wav, int port)
            throws IOException {
        return Baresip.start(
                folder.resolve(user),
                new Baresip.Settings(user, kamailio.hostPort(), null, "pcmu,pcma", wav, port, "udp", "udp"));
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
