package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// `/metrics` of the real process (O1): all there from 0, right after real calls, silent about who called.
class MetricsIT {

    private static final Pattern CALL_ID = Pattern.compile("(?im)^Call-ID: *(\\S+)");

    private static final String ONLY_WITH_TLS = "| `koegura_credential_expiry_timestamp_seconds` |";

    /// What the start of the product and the operator's sign-in do before the first scrape.
    private static final Set<Map<String, String>> DONE_AT_START = Set.of(
            Map.of("action", "journal.open"),
            Map.of("action", "account.create"),
            Map.of("action", "policy.adopted"),
            Map.of("action", "session.open"),
            Map.of("outcome", "succeeded", "method", "password"));

    /// What the start itself needed is in it.
    private static final String ALLOCATED = "koegura_allocated_bytes_total";

    @Test
    void everyCounterIsThereFromZeroAndTellsWhatHappenedAndNotToWhom(@TempDir Path folder) throws Exception {
        Instant begin = Instant.now();
        try (Site site = Site.start(folder)) {
            String fresh = site.api().metrics();
            MetricsPage page = MetricsPage.of(fresh);
            assertThat(page.document().lines())
                    .containsExactlyElementsOf(Files.readString(MetricsPage.DOCUMENT)
                            .lines()
                            .filter(row -> !row.startsWith(ONLY_WITH_TLS)) // unknown gauges are absent
                            .toList());
            assertThat(page.samples().stream()
                            .filter(page::isCounter)
                            .filter(sample -> !DONE_AT_START.contains(sample.labels()))
                            .filter(sample -> !sample.name().equals(ALLOCATED)))
                    .hasSizeGreaterThan(500)
                    .allMatch(sample -> sample.value() == 0);
            assertThat(promtool(fresh)).isEmpty();

            Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
            announced(site, staff, citizen);
            exempted(site, staff, citizen);
            refused(site, staff, citizen);

            callsAreCounted(site.api());
            mediaAreCounted(site);
            String after = site.api().metrics();
            assertThat(promtool(after)).isEmpty();
            assertThat(MetricsPage.of(after).samples())
                    .as("no series comes with a call")
                    .hasSameSizeAs(page.samples());
            namesNobody(after, site.signalling(begin));
        }
    }

    private static void announced(Site site, Baresip staff, Baresip citizen) throws Exception {
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED", Duration.ofSeconds(20));
        talkAndHangUp(site, staff, citizen);
    }

    private static void exempted(Site site, Baresip staff, Baresip citizen) throws Exception {
        citizen.dial(site.uri("201"));
        staff.awaitIncoming();
        site.awaitStage("RINGING", Duration.ofSeconds(5));
        String call = site.api().onlyCall().orElseThrow().path("call").asString("");
        assertThat(site.api().exempt(call, 1, "").statusCode()).isEqualTo(200);
        assertThat(site.api().metric("koegura_exemptions_active")).isEqualTo(1);
        staff.answer();
        site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(5));
        talkAndHangUp(site, staff, citizen);
    }

    private static void refused(Site site, Baresip staff, Baresip citizen) throws Exception {
        citizen.dial(site.uri("201"));
        staff.awaitIncoming();
        staff.hangUp();
        citizen.awaitClosed();
        site.awaitNoCall();
    }

    private static void talkAndHangUp(Site site, Baresip staff, Baresip citizen) throws Exception {
        Instant since = Instant.now();
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(citizen, since).size() > 150);
        staff.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
    }

    private static void callsAreCounted(ConsoleApi api) throws Exception {
        String in = "direction=\"in\"";
        assertThat(api.metric("koegura_call_attempts_total", in, "outcome=\"answered\""))
                .isEqualTo(2);
        assertThat(api.metric("koegura_call_attempts_total", in, "outcome=\"rejected\""))
                .isEqualTo(1);
        assertThat(api.metric("koegura_call_attempts_total")).isEqualTo(3);
        assertThat(api.metric("koegura_recordable_calls_total", in)).isEqualTo(2);
        assertThat(api.metric("koegura_recordings_total", in, "outcome=\"complete\""))
                .isEqualTo(2);
        assertThat(api.metric("koegura_recordings_total")).isEqualTo(2);
        api.awaitScanned(2); // the announced one and the exempted one
        assertThat(api.metric("koegura_notices_total", in, "language=\"ja\"", "outcome=\"completed\""))
                .isEqualTo(1);
        assertThat(api.metric("koegura_notices_total")).isEqualTo(1);
        assertThat(api.metric("koegura_exemptions_total", "ground=\"1\"", "channel=\"api\"", "stage=\"ringing\""))
                .isEqualTo(1);
        assertThat(api.metric("koegura_exemptions_active")).isZero();
        assertThat(api.metric("koegura_calls")).isZero();
        assertThat(api.metric("koegura_reconcile_oldest_pending_timestamp_seconds"))
                .isZero();
        assertThat(api.metric("koegura_call_duration_seconds_count", in)).isEqualTo(2);
        assertThat(api.metric("koegura_call_post_dial_delay_seconds_count", in)).isEqualTo(3);
        assertThat(api.metric("koegura_call_notice_wait_seconds_bucket", in, "le=\"0.001\""))
                .isEqualTo(1);
        assertThat(api.metric("koegura_call_notice_wait_seconds_bucket", in, "le=\"20.0\""))
                .isEqualTo(2);
        assertThat(api.metric("koegura_call_notice_wait_seconds_sum", in)).isBetween(2.0, 20.0);
        assertThat(api.metric("koegura_recorded_seconds_total", in)).isBetween(5.0, 40.0);
        assertThat(api.metric("koegura_lost_seconds_total")).isZero();
        assertThat(api.metric("koegura_seal_duration_seconds_count")).isEqualTo(2);
        assertThat(api.metric("koegura_sip_responses_total", "method=\"INVITE\"", "code=\"200\"", "direction=\"out\""))
                .isEqualTo(2);
        assertThat(api.metric("koegura_sip_transaction_duration_seconds_count", "method=\"INVITE\""))
                .isGreaterThanOrEqualTo(3);
    }

    private static void mediaAreCounted(Site site) throws Exception {
        List<KeptRecording> recordings = site.recordings();
        for (String leg : List.of("leg=\"inside\"", "leg=\"outside\"")) {
            double received = site.api().metric("koegura_capture_packets_received_total", leg);
            double recorded = site.api().metric("koegura_capture_packets_recorded_total", leg);
            double withheld = site.api().metric("koegura_capture_packets_withheld_total", leg);
            long kept = recordings.stream()
                    .mapToLong(recording -> (leg.contains("inside") ? recording.inside() : recording.outside()).size())
                    .sum();
            assertThat(recorded).isEqualTo((double) kept).isGreaterThan(250);
            assertThat(withheld).isGreaterThan(50);
            assertThat(received).isEqualTo(recorded + withheld);
            assertThat(site.api().metric("koegura_rtp_packets_total", leg, "direction=\"rx\""))
                    .isEqualTo(received);
            assertThat(site.api().metric("koegura_capture_packets_lost_total", leg))
                    .isZero();
            assertThat(site.api().metric("koegura_rtp_packets_kernel_total", leg))
                    .as("packets that the kernel passed"
                            + " (for any, CAP_BPF and CAP_NET_ADMIN are needed: run the tests as root)")
                    .isPositive()
                    .isLessThanOrEqualTo(received);
            assertThat(site.api().metric("koegura_rtp_jitter_seconds_count", leg))
                    .isGreaterThanOrEqualTo(2);
        }
        assertThat(site.api().metric("koegura_rtp_one_way_calls_total")).isZero();
    }

    private static void namesNobody(String page, String signalling) {
        Set<String> callIds = CALL_ID.matcher(signalling)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(callIds).hasSizeGreaterThanOrEqualTo(3);
        assertThat(callIds).noneMatch(page::contains);
        assertThat(page).doesNotContain("0120000001", "sip:", "@", "127.0.0.1");
        Matcher label = Pattern.compile("=\"([^\"]*)\"").matcher(page);
        assertThat(label.results().map(found -> found.group(1))).doesNotContain("201");
    }

    /// What `promtool check metrics` says of a page: nothing, where it is right.
    private static String promtool(String page) throws IOException, InterruptedException {
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var in = promtool.getOutputStream()) {
            in.write(page.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = promtool.waitFor();
        return code == 0 ? said : "exit " + code + "\n" + said;
    }
}
