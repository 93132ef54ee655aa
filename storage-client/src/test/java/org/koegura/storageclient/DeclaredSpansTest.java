package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.Beside;
import org.koegura.callmodel.port.RecordingSink.Closing;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.storageclient.manifest.Words;
import tools.jackson.databind.JsonNode;

class DeclaredSpansTest {

    @TempDir
    Path data;

    @Test
    void theManifestNamesEachTimeWithoutAudioAndNoneWhereThereWasNone() throws StoreFault, IOException {
        try (LocalStore store = TestStore.open(data)) {
            Closing plain = closing(0, 0, 60);
            Span fax = new Span(STARTED.plusSeconds(10), STARTED.plusSeconds(40), Span.Reason.FAX);
            Span pause = new Span(STARTED.plusSeconds(50), STARTED.plusSeconds(55), Span.Reason.PAUSE);
            Closing faxed = new Closing(
                    plain.basis(),
                    plain.endedAt(),
                    plain.end(),
                    plain.accounts(),
                    plain.gaps(),
                    List.of(fax, pause),
                    List.of(),
                    List.of());

            JsonNode spans =
                    manifest(1, store.sink().open(opening(id(1))).seal(faxed)).path("spans");
            assertThat(spans.size()).isEqualTo(2);
            assertThat(spans.path(1).path("reason").stringValue()).isEqualTo("pause");
            assertThat(spans.path(0).path("from").stringValue()).isEqualTo(Words.of(fax.from()));
            assertThat(spans.path(0).path("to").stringValue()).isEqualTo(Words.of(fax.to()));
            assertThat(spans.path(0).path("reason").stringValue()).isEqualTo("fax");
            assertThat(manifest(2, store.sink().open(opening(id(2))).seal(plain))
                            .has("spans"))
                    .isFalse();
        }
    }

    @Test
    void afterANewPartyTheManifestSaysByWhatTheRecordingWentOn() throws StoreFault, IOException {
        try (LocalStore store = TestStore.open(data)) {
            Closing plain = closing(0, 0, 60);
            Span told =
                    new Span(STARTED.plusSeconds(10), STARTED.plusSeconds(20), Span.Reason.NEW_PARTY, plain.basis());
            Span untold = new Span(STARTED.plusSeconds(50), plain.endedAt(), Span.Reason.NEW_PARTY);
            Closing renewed = new Closing(
                    plain.basis(),
                    plain.endedAt(),
                    plain.end(),
                    plain.accounts(),
                    plain.gaps(),
                    List.of(told, untold),
                    List.of(),
                    List.of());

            JsonNode manifest = manifest(1, store.sink().open(opening(id(1))).seal(renewed));
            assertThat(manifest.path("spans").path(0).path("reason").stringValue())
                    .isEqualTo("new-party");
            assertThat(manifest.path("spans").path(0).path("basis")).isEqualTo(manifest.path("basis"));
            assertThat(manifest.path("spans").path(1).has("basis")).isFalse();
        }
    }

    @Test
    void theManifestNamesEachTimeInWhichMoreThanTheAudioWasRelayedAndIsComplete() throws StoreFault, IOException {
        try (LocalStore store = TestStore.open(data)) {
            Closing plain = closing(0, 0, 60);
            Beside video = new Beside(STARTED.plusSeconds(10), STARTED.plusSeconds(40), false);
            Beside several = new Beside(STARTED.plusSeconds(45), STARTED.plusSeconds(50), true);
            Closing seen = new Closing(
                    plain.basis(),
                    plain.endedAt(),
                    plain.end(),
                    plain.accounts(),
                    plain.gaps(),
                    plain.spans(),
                    List.of(video, several),
                    List.of());

            JsonNode manifest = manifest(1, store.sink().open(opening(id(1))).seal(seen));
            JsonNode times = manifest.path("relayedOnly");
            assertThat(times.size()).isEqualTo(2);
            assertThat(times.path(0).path("from").stringValue()).isEqualTo(Words.of(video.from()));
            assertThat(times.path(0).path("to").stringValue()).isEqualTo(Words.of(video.to()));
            assertThat(times.path(0).has("merged")).isFalse();
            assertThat(times.path(1).path("merged").booleanValue()).isTrue();
            assertThat(manifest.path("outcome").stringValue()).isEqualTo("complete");
            assertThat(manifest.has("spans")).isFalse();
            assertThat(manifest(2, store.sink().open(opening(id(2))).seal(plain))
                            .has("relayedOnly"))
                    .isFalse();
        }
    }

    @Test
    void theManifestNamesWhatTheOtherPartyHeardOnceMoreOfANotice() throws StoreFault, IOException {
        try (LocalStore store = TestStore.open(data)) {
            Closing plain = closing(0, 0, 60);
            NoticeProof sent = new NoticeProof(
                    new Prompt("notice-en-1", "en", "text", "ab".repeat(32)),
                    new AudioFormat(0, "PCMU", 8000, 20),
                    0xFFFF_FFFFL,
                    65_535,
                    9,
                    11,
                    STARTED.plusSeconds(10),
                    STARTED.plusSeconds(11),
                    1,
                    List.of());
            Replayed replayed = new Replayed(sent.prompt(), sent, ReplayEnd.KEYS);
            Closing twice = new Closing(
                    plain.basis(),
                    plain.endedAt(),
                    plain.end(),
                    plain.accounts(),
                    plain.gaps(),
                    plain.spans(),
                    plain.beside(),
                    List.of(replayed));

            JsonNode manifest = manifest(1, store.sink().open(opening(id(1))).seal(twice));
            assertThat(manifest.path("replays").size()).isEqualTo(1);
            JsonNode said = manifest.path("replays").path(0);
            assertThat(said.path("end").stringValue()).isEqualTo("keys");
            assertThat(said.path("prompt").path("id").stringValue()).isEqualTo("notice-en-1");
            assertThat(said.path("ssrc").longValue()).isEqualTo(0xFFFF_FFFFL);
            assertThat(said.path("firstSequence").intValue()).isEqualTo(65_535);
            assertThat(said.path("lastSequence").intValue()).isEqualTo(9);
            assertThat(said.path("packets").intValue()).isEqualTo(11);
            assertThat(said.path("startedAt").stringValue()).isEqualTo(Words.of(sent.startedAt()));
            assertThat(said.path("endedAt").stringValue()).isEqualTo(Words.of(sent.endedAt()));
            assertThat(said.has("receiverReports")).isFalse();
            assertThat(manifest.path("outcome").stringValue()).isEqualTo("complete");
            assertThat(manifest(2, store.sink().open(opening(id(2))).seal(plain))
                            .has("replays"))
                    .isFalse();
        }
    }

    /// With nothing lost, and nothing received.
    @Test
    void aRecordingOfWhichACommandWasLostIsSealedAsPartial() throws StoreFault, IOException {
        try (LocalStore store = TestStore.open(data)) {
            Closing plain = closing(0, 0, 60);
            Span lost = new Span(STARTED.plusSeconds(10), STARTED.plusSeconds(40), Span.Reason.COMMAND_LOST);
            Closing cut = new Closing(
                    plain.basis(),
                    plain.endedAt(),
                    plain.end(),
                    plain.accounts(),
                    plain.gaps(),
                    List.of(lost),
                    List.of(),
                    List.of());

            JsonNode manifest = manifest(1, store.sink().open(opening(id(1))).seal(cut));
            assertThat(manifest.path("outcome").stringValue()).isEqualTo("partial");
            assertThat(manifest.path("spans").path(0).path("reason").stringValue())
                    .isEqualTo("command-lost");
            assertThat(manifest(2, store.sink().open(opening(id(2))).seal(plain))
                            .path("outcome")
                            .stringValue())
                    .isEqualTo("complete");
        }
    }

    private JsonNode manifest(int number, Seal seal) throws IOException {
        return new SealedFolder(data, id(number), Path.of(seal.location())).manifest();
    }
}
