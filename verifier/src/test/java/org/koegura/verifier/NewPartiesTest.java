package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.verifier.NoticeScan.Result;
import tools.jackson.databind.node.ObjectNode;

/// Whoever comes to the outside leg in mid-call is told before the recording goes on (N2): verification and scan say so
/// each by itself, from the packets.
class NewPartiesTest {

    private static final String CAME = "2026-11-24T01:02:20.000000000Z";
    private static final String WENT_ON = "2026-11-24T01:02:30.000000000Z";
    private static final long WENT_ON_NANOS = SampleRecording.NOTICE_END + 20_000_000_000L;

    @TempDir
    Path data;

    /// A span from [#CAME] to [#WENT_ON], and a packet.
    ///
    /// @param packetNanos when it arrives
    /// @param basis what the span has
    private static SampleRecording withNewParty(long packetNanos, Consumer<ObjectNode> basis) {
        SampleRecording recording = SampleRecording.usual();
        recording.packets.add(new SamplePcapng.Packet(1, packetNanos, new byte[60], false));
        recording.manifest = manifest -> {
            ObjectNode inside = (ObjectNode) manifest.get("streams").get(0);
            inside.put("received", inside.get("received").longValue() + 4);
            ((ObjectNode) inside.get("withheld")).put("new-party", 4);
            ObjectNode span = manifest.putArray("spans")
                    .addObject()
                    .put("from", CAME)
                    .put("to", WENT_ON)
                    .put("reason", "new-party");
            basis.accept(span);
        };
        return recording;
    }

    private static Consumer<ObjectNode> told(String startedAt, String endedAt) {
        return span -> span.putObject("basis")
                .put("kind", "announced")
                .put("ssrc", 305_419_896)
                .put("firstSequence", 400)
                .put("lastSequence", 746)
                .put("packets", 347)
                .put("attempt", 1)
                .put("startedAt", startedAt)
                .put("endedAt", endedAt)
                .set(
                        "prompt",
                        span.objectNode()
                                .put("id", "notice-ja-1")
                                .put("language", "ja")
                                .put("sha256", "ab".repeat(32)))
                .set(
                        "format",
                        span.objectNode()
                                .put("payloadType", 0)
                                .put("encodingName", "PCMU")
                                .put("clockRateHz", 8000)
                                .put("packetMillis", 20))
                .putArray("receiverReports");
    }

    private static Consumer<ObjectNode> acted(String kind, String author, String at) {
        return span -> {
            ObjectNode basis = span.putObject("basis")
                    .put("kind", kind)
                    .put("author", author)
                    .put("at", at)
                    .put("channel", "api")
                    .put("stage", "notice");
            if (kind.equals("exempted")) {
                basis.put("ground", 1);
            }
        };
    }

    private static Consumer<ObjectNode> toldInTime() {
        return told("2026-11-24T01:02:21.000000000Z", "2026-11-24T01:02:29.000000000Z");
    }

    @Test
    void whoWasToldIsRemarkedAndIsNoFault() throws IOException {
        Path folder = withNewParty(WENT_ON_NANOS + 1, toldInTime()).write(data);
        Verdict verdict = new Verifier().verify(folder, SampleRecording.allKeys(data));
        assertThat(Verdicts.failedChecks(verdict)).isEmpty();
        assertThat(verdict.findings())
                .contains(new Finding.Remarked(
                        Check.ACCOUNTING,
                        "from 2026-11-24T01:02:20Z to 2026-11-24T01:02:30Z somebody new on the outside leg had not been"
                                + " told yet"));
        assertThat(scan(folder)).isEqualTo(new Result.Justified(13));
    }

    @Test
    void anExemptionAndAnAttestationSinceHeCameJustifyToo() throws IOException {
        for (String kind : new String[] {"exempted", "attested"}) {
            Path folder = withNewParty(WENT_ON_NANOS + 1, acted(kind, "operator", "2026-11-24T01:02:25.000000000Z"))
                    .write(data);
            assertThat(Verdicts.failedChecks(new Verifier().verify(folder, SampleRecording.allKeys(data))))
                    .as(kind)
                    .isEmpty();
            assertThat(scan(folder)).as(kind).isEqualTo(new Result.Justified(13));
        }
    }

    @Test
    void aPacketAfterSomebodyWhoWasNotToldIsFoundByBoth() throws IOException {
        Path folder = withNewParty(WENT_ON_NANOS + 1, span -> {}).write(data);
        Verdict verdict = new Verifier().verify(folder, SampleRecording.allKeys(data));
        assertThat(Verdicts.texts(verdict, Check.NOTICE))
                .contains("capture went on at 2026-11-24T01:02:30Z, and nothing says that whoever came at"
                        + " 2026-11-24T01:02:20Z was told");
        assertThat(scan(folder))
                .isEqualTo(new Result.Unnoticed(
                        "inbound",
                        "packet 12 of the recording (outside) arrived at 2026-11-24T01:02:30.000000001Z, and nothing"
                                + " says that whoever came at 2026-11-24T01:02:20Z was told"));
    }

    @Test
    void aPacketInHisNoticeIsFoundByBoth() throws IOException {
        Path folder = withNewParty(WENT_ON_NANOS - 2_000_000_000L, toldInTime()).write(data);
        assertThat(Verdicts.failedChecks(new Verifier().verify(folder, SampleRecording.allKeys(data))))
                .containsExactly(Check.ARRIVALS);
        assertThat(scan(folder))
                .isInstanceOfSatisfying(
                        Result.Unnoticed.class,
                        found -> assertThat(found.why())
                                .contains("not after the notice ended at 2026-11-24T01:02:29Z, for whoever came at"));
    }

    @Test
    void aNoticeOfAnotherIsNoneAndOneThatEndsAfterItWentOnNeither() throws IOException {
        Path before = withNewParty(
                        WENT_ON_NANOS + 1, told("2026-11-24T01:02:11.000000000Z", "2026-11-24T01:02:19.000000000Z"))
                .write(data);
        assertThat(Verdicts.texts(new Verifier().verify(before, SampleRecording.allKeys(data)), Check.NOTICE))
                .contains("began before whoever came at 2026-11-24T01:02:20Z");
        Path after = withNewParty(
                        WENT_ON_NANOS + 1, told("2026-11-24T01:02:21.000000000Z", "2026-11-24T01:02:31.000000000Z"))
                .write(data);
        assertThat(Verdicts.texts(new Verifier().verify(after, SampleRecording.allKeys(data)), Check.NOTICE))
                .contains("before the notice ended at 2026-11-24T01:02:31Z");
        assertThat(scan(after)).isInstanceOf(Result.Unnoticed.class);
    }

    @Test
    void anAttestationFromBeforeHeCameIsNone() throws IOException {
        Path folder = withNewParty(WENT_ON_NANOS + 1, acted("attested", "operator", "2026-11-24T01:02:19.000000000Z"))
                .write(data);
        assertThat(Verdicts.texts(new Verifier().verify(folder, SampleRecording.allKeys(data)), Check.NOTICE))
                .contains("the attestation is older than the party that it was for");
        assertThat(scan(folder)).isInstanceOf(Result.Unnoticed.class);
    }

    @Test
    void anExemptionFromBeforeHeCameIsNone() throws IOException {
        Path folder = withNewParty(WENT_ON_NANOS + 1, acted("exempted", "operator", "2026-11-24T01:02:19.000000000Z"))
                .write(data);
        assertThat(Verdicts.texts(new Verifier().verify(folder, SampleRecording.allKeys(data)), Check.NOTICE))
                .contains("what somebody did at 2026-11-24T01:02:19Z was for another");
        assertThat(scan(folder)).isInstanceOf(Result.Unnoticed.class);
    }

    @Test
    void whatIsWithheldForHimIsDeclared() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> {
            ObjectNode inside = (ObjectNode) manifest.get("streams").get(0);
            inside.put("received", inside.get("received").longValue() + 4);
            ((ObjectNode) inside.get("withheld")).put("new-party", 4);
        };
        Verdict verdict = new Verifier().verify(recording.write(data), SampleRecording.allKeys(data));
        assertThat(Verdicts.texts(verdict, Check.ACCOUNTING))
                .contains("inside: 4 packets are withheld as new-party, and no span declares one");
    }

    private Result scan(Path folder) throws IOException {
        try (NoticeScan scan = NoticeScan.open(folder, data.resolve("keys"))) {
            boolean more = true;
            while (more) {
                more = scan.step();
            }
            return scan.result();
        }
    }
}
