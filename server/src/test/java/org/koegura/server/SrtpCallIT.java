package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.callmodel.Leg;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// Telephones that speak nothing but SRTP, keys in their descriptions over TLS, with some that have none
/// (trap 28): the other party is told, and what is said is kept as it was before it was encrypted.
class SrtpCallIT {

    private static final String PCMU = Baresip.nameOf(Codec.PCMU);
    /// Samples.
    private static final int SECOND = 8_000;

    private static final String SUITE = "AES_CM_128_HMAC_SHA1_80";
    static final Duration NOTICE_WAIT = Duration.ofSeconds(20);
    private static final int PACKETS = 150;
    private static final int UNDER_WAY = 5;

    /// So long they speak on, and longer than the speech is silent.
    private static final int ON_SECONDS = 4;
    private static final int RTCP_BYE = 203;

    private static final String[] OUTSIDE = {
        "--srtp-upstream", "never", "--srtp-trunk", "require", "--srtp-telephones", "never"
    };

    private static final String[] INSIDE = {"--srtp-upstream", "never", "--srtp-telephones", "require"};

    @Test
    void somebodyOutsideUnderSrtpIsToldAndStaffInPlainAreHeardAndBothAreKept(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeACarrierOverTls(), OUTSIDE);
                Baresip staff = site.insideTelephone("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.telephones().encryptingStranger("0990555", PCMU, Speech.spoken("citizen-1"))) {
            Instant begin = Instant.now();
            citizen.dial(site.uri("201"));
            KeptRecording recording = talk(site, citizen, staff);

            citizenIsToldAndBothAreKept(site, citizen, staff, begin, recording);
        }
    }

    @Test
    void staffInPlainWhoCallSomebodyOutsideUnderSrtpAreHeardAndBothAreKept(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeACarrierOverTls(), OUTSIDE);
                Baresip staff = site.outsideTelephone("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.telephones().encryptingCarrier("0990555", PCMU, Speech.spoken("citizen-1"))) {
            Instant begin = Instant.now();
            staff.dial(site.uri("0990555"));
            KeptRecording recording = talk(site, staff, citizen);
            citizenIsToldAndBothAreKept(site, citizen, staff, begin, recording);
        }
    }

    @Test
    void aTelephoneUnderSrtpAndSomebodyInPlainSpeakBothWays(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeRegistrar(false), INSIDE);
                Baresip staff = site.telephones().encrypting("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
            Instant start = Instant.now();
            for (boolean inbound : new boolean[] {true, false}) {
                Instant begin = Instant.now();
                Baresip caller = inbound ? citizen : staff;
                caller.dial(site.uri(inbound ? "201" : "0120000001"));
                KeptRecording recording = talk(site, caller, inbound ? staff : citizen);

                List<Rtp> heard = site.heardBy(citizen, begin);
                CallEvidence.isOneStream(heard, 160);
                CallEvidence.nothingIsKeptBeforeTheNoticeEnded(
                        recording, heard, site.saidBy(citizen, begin), Speech.notice(), Codec.PCMU);
                assertThat(CallEvidence.clearest(Speech.spoken("citizen-1"), staff.heard()))
                        .isGreaterThan(0.9);
                assertThat(Correlation.of(Speech.notice(), staff.heard()).value())
                        .isLessThan(0.3);
                assertThat(suites(recording)).isEqualTo(Map.of(Leg.INSIDE, List.of(SUITE)));
                CallEvidence.keptIsTheWire(recording.outside(), site.saidBy(citizen, begin), recording);
                assertThat(payloads(recording.inside()))
                        .as("what the citizen heard of staff, in another numbering")
                        .containsSubsequence(payloads(heard.subList(heard.size() - 100, heard.size())));
                assertThat(ProductProcess.verify(recording.folder())).isZero();
                isSealedOnTheWire(site.saidBy(staff, begin), recording.inside());
                assertThat(site.signalling(begin)).contains("RTP/AVP").doesNotContain("crypto", "RTP/SAVP");
            }
            allButThePlainIsAuthentic(site, staff, start);
        }
    }

    @Test
    void aTelephoneUnderSrtpThatHoldsAndResumesIsHeardAndRecordedOn(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeRegistrar(false), INSIDE);
                Baresip staff = site.telephones().encrypting("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
            Instant begin = Instant.now();
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            bothSpeak(site, staff, citizen);
            staff.hold();
            await("it is quiet").atMost(Duration.ofSeconds(20)).until(() -> {
                Instant aSecondAgo = Instant.now().minusSeconds(1);
                return site.saidBy(staff, aSecondAgo).isEmpty();
            });
            Instant resumed = Instant.now();
            staff.resume();
            bothSpeak(site, staff, citizen);
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            assertThat(CallEvidence.clearest(Speech.spoken("citizen-1"), last(staff.heard(), ON_SECONDS * SECOND)))
                    .as("the citizen, in what staff heard at last")
                    .isGreaterThan(0.9);
            KeptRecording recording = onlyOne(site.recordings());
            assertThat(suites(recording)).isEqualTo(Map.of(Leg.INSIDE, List.of(SUITE)));
            CallEvidence.keptIsTheWire(recording.outside(), site.saidBy(citizen, begin), recording);
            assertThat(payloads(recording.inside())).containsSubsequence(payloads(site.heardBy(citizen, resumed)));
            assertThat(ProductProcess.verify(recording.folder())).isZero();
            allButThePlainIsAuthentic(site, staff, begin);
        }
    }

    /// Traps 27 and 28: on the same ports, under the same keys, and no index of ours is used again.
    @Test
    void afterKill9ACallUnderSrtpIsHeardAndRecordedOn(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeRegistrar(false), INSIDE);
                Baresip staff = site.telephones().encrypting("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
            String password = site.product().operatorPassword();
            Instant begin = Instant.now();
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            bothSpeak(site, staff, citizen);
            site.product().process().signal("KILL");
            site.product().process().awaitExit(Duration.ofSeconds(20));
            Instant killed = Instant.now();
            site.restart(password);

            Instant up = Instant.now();
            bothSpeak(site, staff, citizen);
            assertThat(site.api().stage()).isEqualTo("RECORDED");
            assertThat(site.api().metric("koegura_calls_left_total", "outcome=\"resumed\""))
                    .isEqualTo(1);
            assertThat(CallEvidence.clearest(Speech.spoken("staff-1"), Rtp.sound(site.heardBy(citizen, up))))
                    .isGreaterThan(0.9);
            assertThat(indices(site.heardBy(staff, begin)))
                    .as("indices of ours")
                    .doesNotHaveDuplicates();
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            assertThat(CallEvidence.clearest(Speech.spoken("citizen-1"), last(staff.heard(), ON_SECONDS * SECOND)))
                    .as("the citizen, in what staff heard at last, under the key that they had")
                    .isGreaterThan(0.9);
            List<KeptRecording> parts = site.recordings();
            assertThat(parts).hasSize(2);
            KeptRecording before = parts.getFirst();
            KeptRecording after = parts.getLast();
            assertThat(before.manifest().path("end").asString("")).isEqualTo("interrupted");
            assertThat(after.captureStartedAt()).isAfter(killed);
            assertThat(after.opening().path("continues").asString(""))
                    .isEqualTo(before.manifest().path("call").asString("?"));
            for (KeptRecording part : parts) {
                assertThat(suites(part)).isEqualTo(Map.of(Leg.INSIDE, List.of(SUITE)));
                assertThat(ProductProcess.verify(part.folder())).isZero();
            }
            CallEvidence.keptIsTheWire(after.outside(), site.saidBy(citizen, begin), after);
            List<Rtp> heard = site.heardBy(citizen, up);
            assertThat(payloads(after.inside()))
                    .containsSubsequence(payloads(heard.subList(heard.size() - 100, heard.size())));
        }
    }

    @Test
    void whoSpeaksPlainWhereSrtpIsRequiredIsRefusedAndSoIsWhoSpeaksNothingElseWhereThereIsNone(@TempDir Path folder)
            throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeRegistrar(false), INSIDE);
                Baresip plain = site.insideTelephone("202", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
            plain.dial(site.uri("0120000001"));
            assertThat(plain.awaitClosed()).contains("488");
            citizen.dial(site.uri("202"));
            assertThat(citizen.awaitClosed()).as("its keys would go over UDP").contains("488");
            site.awaitNoCall();
            assertThat(site.recordings()).isEmpty();
            assertThat(site.api().metric("koegura_calls_refused_total", "reason=\"encrypted_media\""))
                    .isEqualTo(2);
        }
        try (Site site = Site.startManyTongued(
                        folder.resolve("none"),
                        Site.Standing.beforeRegistrar(false),
                        "--srtp-upstream",
                        "never",
                        "--srtp-telephones",
                        "never");
                Baresip staff = site.telephones().encrypting("201", PCMU, Speech.spoken("staff-1"))) {
            staff.dial(site.uri("0120000001"));
            assertThat(staff.awaitClosed()).contains("488");
        }
    }

    private static void citizenIsToldAndBothAreKept(
            Site site, Baresip citizen, Baresip staff, Instant begin, KeptRecording recording) throws Exception {
        assertThat(Correlation.of(Speech.notice(), citizen.heard()).value())
                .as("the notice in what the citizen heard")
                .isGreaterThan(0.9);
        assertThat(Correlation.of(Speech.notice(), Rtp.sound(site.heardBy(staff, begin)))
                        .value())
                .as("the notice in what staff heard")
                .isLessThan(0.3);
        assertThat(CallEvidence.clearest(Speech.spoken("staff-1"), citizen.heard()))
                .isGreaterThan(0.9);
        assertThat(suites(recording)).isEqualTo(Map.of(Leg.OUTSIDE, List.of(SUITE)));
        CallEvidence.keptIsTheWire(recording.inside(), site.saidBy(staff, begin), recording);
        List<Rtp> kept = recording.outside();
        int passed = kept.size() - UNDER_WAY; // the call ends between a packet's two passages
        CallEvidence.keptIsTheWire(
                kept.subList(0, passed),
                site.heardBy(staff, begin),
                recording.captureStartedAt(),
                Instant.EPOCH.plusNanos(kept.get(passed).epochNanos()));
        assertThat(ProductProcess.verify(recording.folder())).isZero();
        isSealedOnTheWire(site.saidBy(citizen, begin), recording.outside());
        assertThat(site.signalling(begin)).contains("RTP/AVP").doesNotContain("crypto", "RTP/SAVP");
    }

    private static void bothSpeak(Site site, Baresip staff, Baresip citizen) {
        Instant since = Instant.now();
        await("both hear each other")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.heardBy(citizen, since).size() > 60 * ON_SECONDS
                        && site.heardBy(staff, since).size() > 60 * ON_SECONDS);
    }

    private static void allButThePlainIsAuthentic(Site site, Baresip telephone, Instant since) throws Exception {
        double unauthentic = site.api().metric("koegura_rtp_packets_discarded_total", "reason=\"unauthentic\"");
        List<Datagram> others = site.otherThanRtp(
                since, datagram -> telephone.hasMediaPort(datagram.source().getPort()));
        assertThat(others.stream().filter(SrtpCallIT::isPlain).toList())
                .as("all but what baresip says in plain")
                .hasSizeGreaterThanOrEqualTo((int) unauthentic);
    }

    private static KeptRecording onlyOne(List<KeptRecording> recordings) {
        assertThat(recordings).hasSize(1);
        return recordings.getFirst();
    }

    private static short[] last(short[] heard, int samples) {
        return Arrays.copyOfRange(heard, Math.max(0, heard.length - samples), heard.length);
    }

    /// By source and number, which no packet of so short a call has twice.
    private static List<String> indices(List<Rtp> packets) {
        return packets.stream()
                .map(packet -> packet.ssrc() + " " + packet.sequence())
                .toList();
    }

    /// What baresip sends to open its NAT, and its RTCP BYE (RFC 3550 §6.6), which it sends when its keys are gone
    /// already.
    private static boolean isPlain(Datagram other) {
        byte[] payload = other.payload();
        return (payload[1] & 0xFF) == RTCP_BYE || new String(payload, StandardCharsets.ISO_8859_1).endsWith("PONG");
    }

    /// A call that is announced and talked in; what was kept of it.
    private static KeptRecording talk(Site site, Baresip caller, Baresip callee) throws Exception {
        int before = site.recordings().size();
        callee.accept();
        caller.awaitEstablished();
        site.awaitStage("RECORDED", NOTICE_WAIT);
        Instant recorded = Instant.now();
        await("both speak")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(caller, recorded).size() > 2 * PACKETS
                        && site.saidBy(callee, recorded).size() > 2 * PACKETS);
        callee.hangUp();
        caller.awaitClosed();
        callee.awaitClosed();
        site.awaitNoCall();
        List<KeptRecording> recordings = site.recordings();
        assertThat(recordings).hasSize(before + 1);
        return recordings.getLast();
    }

    /// The suites that the recording says its packets came under, by leg.
    private static Map<Leg, List<String>> suites(KeptRecording recording) {
        return StreamSupport.stream(recording.opening().path("formats").spliterator(), false)
                .filter(format -> format.has("srtp"))
                .collect(Collectors.groupingBy(
                        format -> format.path("leg").asString("").equals("inside") ? Leg.INSIDE : Leg.OUTSIDE,
                        Collectors.mapping(
                                format -> format.path("srtp").asString(""),
                                Collectors.collectingAndThen(Collectors.toSet(), List::copyOf))));
    }

    /// What one said is longer on the wire than what was kept of it, and other.
    private static void isSealedOnTheWire(List<Rtp> said, List<Rtp> kept) {
        assertThat(said).hasSizeGreaterThan(PACKETS).allMatch(packet -> packet.payload().length == 170);
        assertThat(kept).hasSizeGreaterThan(PACKETS).allMatch(packet -> packet.payload().length == 160);
        assertThat(payloads(said)).doesNotContainAnyElementsOf(payloads(kept));
    }

    private static List<String> payloads(List<Rtp> packets) {
        return packets.stream().map(packet -> Arrays.toString(packet.payload())).toList();
    }
}
