package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Linphone;
import org.koegura.server.peer.Talker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Telephones that hand a call on (trap 21), through the product and its registrar: whoever is outside is told anew,
/// the
/// new call is a recording of its own, and both say what they have to do with each other.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransferIT {

    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Codec CODEC = Codec.PCMU;
    private static final String PCMU = Baresip.nameOf(CODEC);

    /// Of 8000 in a second.
    private static final int PHRASE_SAMPLES = 20_000;

    private final JsonMapper json = new JsonMapper();

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = Site.start(folder);
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    /// The citizen's telephone calls the colleague because it was asked to.
    @Test
    void aCitizenWhoIsHandedOnToAColleagueIsToldAgainAndBothCallsNameEachOther() throws Exception {
        Instant begin = Instant.now();
        try (Baresip staff = site.insideTelephone("201", PCMU, phrase("staff-1"));
                Baresip colleague = site.insideTelephone("202", PCMU, phrase("staff-2"));
                Baresip citizen = site.outsideTelephone("0120000001", PCMU, phrase("citizen-1"))) {
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            After after = handedOn(begin, staff, citizen, "202", colleague);
            hear(after, colleague, "citizen-1", citizen, "staff-2");
            colleague.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();
            judged("inbound", after, colleague, citizen).areOfABlindTransfer("INSIDE");
        }
    }

    /// The other way round: it is the telephone of the city that calls somebody else, and that one is new.
    @Test
    void whomACitizenHandsTheCallOnToIsToldAndBothCallsNameEachOther() throws Exception {
        Instant begin = Instant.now();
        try (Baresip staff = site.insideTelephone("201", PCMU, phrase("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", PCMU, phrase("citizen-1"));
                Baresip lawyer = site.outsideTelephone("0120000002", PCMU, phrase("citizen-2"))) {
            staff.dial(site.uri("0120000001"));
            citizen.accept();
            staff.awaitEstablished();
            After after = handedOn(begin, citizen, staff, "0120000002", lawyer);
            hear(after, staff, "citizen-2", lawyer, "staff-1");
            lawyer.hangUp();
            site.awaitNoCall();
            judged("outbound", after, staff, lawyer).areOfABlindTransfer("OUTSIDE");
        }
    }

    /// The telephone of the city talks with a colleague first, and then lets the citizen take its place in that call
    /// (RFC 5589 §7).
    @Test
    void aCitizenWhoTakesAPlaceInAnotherCallIsToldAgainAndAllThreeCallsNameEachOther() throws Exception {
        Instant begin = Instant.now();
        try (Linphone staff = site.telephones().insideThatReplaces("201", phrase("staff-1"));
                Linphone colleague = site.telephones().insideThatReplaces("202", phrase("staff-2"));
                Linphone citizen = site.telephones().outsideThatReplaces("0120000001", phrase("citizen-1"))) {
            citizen.dial(site.uri("201"));
            staff.accept(1);
            citizen.awaitEstablished(1);
            site.awaitStage("RECORDED", WAIT);
            staff.hold();
            staff.dial(site.uri("202"));
            colleague.accept(1);
            staff.awaitEstablished(2);
            await("they speak")
                    .atMost(WAIT)
                    .until(() -> site.heardBy(colleague, begin).size() > 50);
            After after = After.of(site, begin, citizen, colleague);
            staff.handOn(1, 2);
            colleague.awaitEstablished(2);
            citizen.awaitEstablished(2);
            staff.awaitClosed(1);
            staff.awaitClosed(2);
            hear(after, colleague, "citizen-1", citizen, "staff-2");
            colleague.hangUp(2);
            citizen.awaitClosed(2);
            site.awaitNoCall();
            judged("inbound", after, colleague, citizen).areOfAnAttendedTransfer();
        }
    }

    /// Of two who talk one asks the other to call somebody else, and that one answers.
    private After handedOn(Instant begin, Baresip asks, Baresip stays, String number, Baresip next) throws Exception {
        site.awaitStage("RECORDED", WAIT);
        After after = After.of(site, begin, stays);
        asks.transfer(site.uri(number));
        next.accept();
        next.awaitEstablished();
        asks.awaitClosed();
        return after;
    }

    /// What passed on the wire in the last call of several.
    ///
    /// @param ports where its parties heard somebody in the others
    private record After(Site site, Instant begin, Set<Integer> ports) {

        /// @param before who has heard somebody until now
        static After of(Site site, Instant begin, Talker... before) throws IOException {
            Set<Integer> ports = new HashSet<>();
            for (Talker talker : before) {
                site.heardBy(talker, begin)
                        .forEach(packet ->
                                ports.add(packet.datagram().destination().getPort()));
            }
            return new After(site, begin, Set.copyOf(ports));
        }

        List<Rtp> said(Talker telephone) throws IOException {
            return without(site.saidBy(telephone, begin));
        }

        List<Rtp> heard(Talker telephone) throws IOException {
            return without(site.heardBy(telephone, begin));
        }

        private List<Rtp> without(List<Rtp> packets) {
            return packets.stream().filter(packet -> !has(packet.datagram())).toList();
        }

        private boolean has(Datagram datagram) {
            return ports.contains(datagram.source().getPort())
                    || ports.contains(datagram.destination().getPort());
        }
    }

    /// Until either has heard the other.
    private void hear(After after, Talker inside, String outsideSpeech, Talker outside, String insideSpeech)
            throws Exception {
        short[] fromOutside = phrase(outsideSpeech);
        short[] fromInside = phrase(insideSpeech);
        site.awaitStage("RECORDED", WAIT);
        await("both hear each other")
                .atMost(WAIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> heard(after.heard(inside), fromOutside) && heard(after.heard(outside), fromInside));
    }

    /// The beginning of what somebody says, again and again: short, so that it is soon heard in full.
    private static short[] phrase(String name) throws IOException {
        return Arrays.copyOf(Speech.spoken(name), PHRASE_SAMPLES);
    }

    private static boolean heard(List<Rtp> packets, short[] speech) {
        return Correlation.of(speech, Rtp.sound(packets)).value() > 0.9;
    }

    /// @param direction of the call that came of it
    private Facts judged(String direction, After after, Talker inside, Talker outside) throws Exception {
        List<KeptRecording> recordings = site.recordings().stream()
                .filter(recording -> recording.captureStartedAt().isAfter(after.begin()))
                .toList();
        assertThat(recordings).as("recordings").hasSize(2);
        KeptRecording next = recordings.getLast();
        assertThat(next.manifest().path("direction").asString("")).isEqualTo(direction);
        JudgedCall.Wire wire =
                new JudgedCall.Wire(after.said(inside), after.heard(inside), after.said(outside), after.heard(outside));
        JudgedCall.announcedAndKept(next, wire, Talk.ofTelephones(CODEC));
        return new Facts(facts(recordings.getFirst()), facts(next));
    }

    /// What was signalled of the two calls that are recorded.
    private record Facts(JsonNode from, JsonNode to) {

        static String idOf(JsonNode call) {
            return call.required("call").stringValue();
        }

        static List<String> transfers(JsonNode call) {
            return call.path("signalling")
                    .path("transfers")
                    .valueStream()
                    .map(transfer -> transfer.path("kind").asString("") + " by "
                            + transfer.path("by").asString(""))
                    .toList();
        }

        /// The other calls by what this one is to them, one of each: what the registrar challenges is tried again, and
        /// is
        /// one call.
        static Map<String, String> links(JsonNode call) {
            return call.path("signalling")
                    .path("links")
                    .valueStream()
                    .collect(Collectors.toMap(
                            link -> link.path("relation").asString(""),
                            link -> link.path("call").asString("")));
        }

        void areOfABlindTransfer(String by) {
            assertThat(transfers(from)).containsExactly("REFER by " + by);
            assertThat(transfers(to)).isEmpty();
            assertThat(links(from)).containsExactly(Map.entry("LED_TO", idOf(to)));
            assertThat(links(to)).containsExactly(Map.entry("CAME_FROM", idOf(from)));
        }

        /// The third call, in which colleagues talk, is recorded nowhere.
        void areOfAnAttendedTransfer() {
            assertThat(transfers(from)).containsExactly("REFER_WITH_REPLACES by INSIDE");
            assertThat(transfers(to)).containsExactly("REPLACES by OUTSIDE");
            Map<String, String> replacing = links(to);
            String between = replacing.getOrDefault("REPLACES", "");
            assertThat(between).isNotEmpty().isNotEqualTo(idOf(from)).isNotEqualTo(idOf(to));
            assertThat(replacing).containsOnly(Map.entry("REPLACES", between), Map.entry("CAME_FROM", idOf(from)));
            assertThat(links(from)).containsOnly(Map.entry("HANDS_TO", between), Map.entry("LED_TO", idOf(to)));
        }
    }

    /// As the console tells them, once the outcome is written.
    private JsonNode facts(KeptRecording recording) throws Exception {
        String id = recording.folder().getFileName().toString();
        await("the outcome is told")
                .atMost(WAIT)
                .until(() -> site.api().recording(id).statusCode() == 200);
        return json.readTree(site.api().recording(id).body());
    }
}
