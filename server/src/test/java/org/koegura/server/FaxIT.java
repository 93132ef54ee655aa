package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.peer.Sipp;
import tools.jackson.databind.JsonNode;

/// A recorded call that becomes a fax and is spoken in again (trap 29).
class FaxIT {

    private static final int TALK_PACKETS = 140;

    /// The notice and what the callee says until the fax.
    private static final int FIRST_PACKETS = 640;

    private static final int PAGES = 60;

    @Test
    void aFaxInMidCallPassesWholeBothWaysAndIsADeclaredSpanOfTheOneRecording(@TempDir Path folder) throws Exception {
        List<byte[]> sent = udptl(1);
        List<byte[]> answered = udptl(2);
        Map<String, String> callees = Map.of(
                "FIRST", said(folder, 0, FIRST_PACKETS), "PAGES", pages(folder, answered, 2), "THIRD", said(folder, 1));
        Map<String, String> callers = Map.of(
                "FIRST", said(folder, 2),
                "PAGES", pages(folder, sent, 1),
                "THIRD", said(folder, 3),
                "NOTICE_MILLIS", "10000",
                "TALK_MILLIS", "3200");
        Instant begin = Instant.now();
        try (Site site = Site.start(folder.resolve("site"));
                Sipp callee = site.trunk("uas-faxes", Map.of(), callees);
                Sipp caller = site.insideCaller("uac-faxes", "0990123", Map.of(), callers)) {
            assertThat(caller.succeeded()).as(caller.errors()).isTrue();
            assertThat(callee.succeeded()).as(callee.errors()).isTrue();
            site.awaitNoCall();

            assertThat(faxFrom(site, caller, begin)).containsExactlyElementsOf(wrapped(sent));
            assertThat(faxTo(site, callee, begin)).containsExactlyElementsOf(wrapped(sent));
            assertThat(faxFrom(site, callee, begin)).containsExactlyElementsOf(wrapped(answered));
            assertThat(faxTo(site, caller, begin)).containsExactlyElementsOf(wrapped(answered));

            assertThat(site.recordings()).hasSize(1);
            KeptRecording recording = site.recordings().getFirst();
            JudgedCall.keptWhole(recording, site.saidBy(caller, begin), site.saidBy(callee, begin));
            assertThat(recording.inside()).hasSize(2 * TALK_PACKETS);
            assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
            spanIsTheFax(recording, site.otherThanRtp(begin, datagram -> isOf(datagram, caller)));
            PlayedBack.of(site, recording).keepsTheTimeline();
            assertThat(site.api().metric("koegura_rtp_dead_streams_total")).isZero();
            assertThat(site.api().metric("koegura_rtp_ports", "state=\"used\"")).isZero();
        }
    }

    /// The one span holds all of the fax, and no packet that was kept.
    private static void spanIsTheFax(KeptRecording recording, List<Datagram> fax) {
        JsonNode spans = recording.manifest().path("spans");
        assertThat(spans.size()).isEqualTo(1);
        assertThat(spans.path(0).path("reason").asString("")).isEqualTo("fax");
        long from = nanos(spans.path(0).path("from"));
        long to = nanos(spans.path(0).path("to"));
        assertThat(fax)
                .isNotEmpty()
                .allSatisfy(page -> assertThat(page.epochNanos()).isBetween(from, to));
        for (Leg leg : Leg.values()) {
            assertThat(leg == Leg.INSIDE ? recording.inside() : recording.outside())
                    .as("kept of %s", leg)
                    .anyMatch(packet -> packet.epochNanos() < from)
                    .anyMatch(packet -> packet.epochNanos() > to)
                    .noneMatch(packet -> packet.epochNanos() > from && packet.epochNanos() < to);
        }
    }

    private static long nanos(JsonNode time) {
        return KeptRecording.epochNanos(Instant.parse(time.asString("")));
    }

    private static List<ByteBuffer> faxFrom(Site site, Sipp machine, Instant since) throws Exception {
        return payloads(site.otherThanRtp(since, datagram -> datagram.source().getPort() == machine.mediaPort()));
    }

    private static List<ByteBuffer> faxTo(Site site, Sipp machine, Instant since) throws Exception {
        return payloads(
                site.otherThanRtp(since, datagram -> datagram.destination().getPort() == machine.mediaPort()));
    }

    private static boolean isOf(Datagram datagram, Sipp machine) {
        return datagram.source().getPort() == machine.mediaPort()
                || datagram.destination().getPort() == machine.mediaPort();
    }

    private static List<ByteBuffer> payloads(List<Datagram> datagrams) {
        return datagrams.stream()
                .map(datagram -> ByteBuffer.wrap(datagram.payload()))
                .toList();
    }

    private static List<ByteBuffer> wrapped(List<byte[]> payloads) {
        return payloads.stream().map(ByteBuffer::wrap).toList();
    }

    /// Datagrams that begin with a sequence number from 0 on, as those of T.38 do.
    private static List<byte[]> udptl(long seed) {
        Random random = new Random(seed);
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < PAGES; i++) {
            byte[] rest = new byte[30 + random.nextInt(60)];
            random.nextBytes(rest);
            packets.add(ByteBuffer.allocate(2 + rest.length)
                    .putShort((short) i)
                    .put(rest)
                    .array());
        }
        return packets;
    }

    private static String pages(Path folder, List<byte[]> packets, int machine) throws Exception {
        return MadeCapture.writeDatagrams(folder.resolve("fax-" + machine + ".pcap"), packets, 30)
                .toString();
    }

    private static String said(Path folder, int part) throws Exception {
        return said(folder, part, TALK_PACKETS);
    }

    private static String said(Path folder, int part, int packets) throws Exception {
        var first = new MadeCapture.First(1000 * part, 400_000 * part);
        return MadeCapture.write(folder.resolve("said-" + part + ".pcap"), 0, 160, first, packets, part)
                .toString();
    }
}
