package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Notices that were played once more in mid-call (N13), as a recording declares them.
class ReplaysTest {

    @TempDir
    Path data;

    /// Adds one, in seconds of a minute.
    static ObjectNode replay(ObjectNode manifest, String from, String to) {
        ObjectNode replay = manifest.withArray("replays")
                .addObject()
                .put("end", "completed")
                .put("startedAt", "2026-11-24T01:02:" + from + ".500000000Z")
                .put("endedAt", "2026-11-24T01:02:" + to + ".500000000Z");
        replay.putObject("prompt")
                .put("id", "notice-en-1")
                .put("language", "en")
                .put("sha256", "ab".repeat(32));
        replay.putObject("format")
                .put("payloadType", 0)
                .put("encodingName", "PCMU")
                .put("clockRateHz", 8000)
                .put("packetMillis", 20);
        return replay.put("ssrc", 7)
                .put("firstSequence", 65_535)
                .put("lastSequence", 9)
                .put("packets", 11);
    }

    @Test
    void whatTheOtherPartyHeardOnceMoreOfANoticeIsRemarkedAndIsNoFault() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> {
            replay(manifest, "20", "25");
            replay(manifest, "25", "30").put("end", "on-hold");
        };
        Verdict verdict = new Verifier().verify(recording.write(data), SampleRecording.allKeys(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .filteredOn(Finding.Remarked.class::isInstance)
                .containsExactly(
                        new Finding.Remarked(
                                Check.NOTICE,
                                "from 2026-11-24T01:02:20.500Z to 2026-11-24T01:02:25.500Z the other party heard the"
                                        + " prompt notice-en-1 in the inside party's place"),
                        new Finding.Remarked(
                                Check.NOTICE,
                                "from 2026-11-24T01:02:25.500Z to 2026-11-24T01:02:30.500Z the other party heard the"
                                        + " prompt notice-en-1 in the inside party's place, which was broken off"
                                        + " (on-hold)"));
        assertThat(verdict.findings()).noneMatch(Finding.Failed.class::isInstance);
    }
}
