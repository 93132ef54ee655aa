package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import org.koegura.callmodel.port.RecordingStore.Form;
import org.koegura.governance.account.Session;

/// Copies: of what the demo made, each time journalled, and of nothing else (Art. 7.4, C1).
class ExportAtTheDoorTest extends AtTheDoor {

    @ParameterizedTest
    @EnumSource(Form.class)
    void aCopyOfADemoRecordingIsJournalledWithItsPurposeAndReadOnce(Form form) throws Exception {
        store.demo = true;
        Session operator = operator();
        CopyTicket ticket = granted(door.export(operator, FakeStore.RECORDING, form, "case:R8-12"));

        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"recording.export\"")))
                .as("journalled before the first byte")
                .singleElement()
                .asString()
                .contains(
                        "\"actor\":\"operator\"",
                        FakeStore.RECORDING.value(),
                        "case:R8-12",
                        form.name().toLowerCase(Locale.ROOT));

        ExportedCopy copy = granted(door.copy(operator, ticket.id()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copy.write(out);
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(form.name());
        assertThat(copy.lengthBytes())
                .isEqualTo(ticket.lengthBytes())
                .isEqualTo(form.name().length());
        assertThat(copy.recording()).isEqualTo(FakeStore.RECORDING);
        assertThat(copy.form()).isEqualTo(form);
        assertThat(refusal(door.copy(operator, ticket.id())))
                .as("a second time")
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void withoutAWarrantThereIsNoCopyAndTheJournalHoldsThatOneWasAskedFor() throws Exception {
        Session operator = operator();

        assertThat(refusal(door.export(operator, FakeStore.RECORDING, Form.PCAPNG, "fairness")))
                .isEqualTo(new Refusal.NoWarrant());

        assertThat(store.exports).isZero();
        assertThat(watched("recording.export")).isZero();
        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"access.denied\"")))
                .singleElement()
                .asString()
                .contains(
                        FakeStore.RECORDING.value(),
                        "\"action\":\"recording.export\"",
                        "\"form\":\"pcapng\"",
                        "\"purpose\":\"fairness\"",
                        "\"reason\":\"no-warrant\"",
                        "\"role\":\"operator\"");
        assertThat(denials("operator", "recording.export")).isEqualTo(1);
    }

    @Test
    void theAdministratorTakesNoCopy() throws Exception {
        store.demo = true;
        Session administrator = administrator();
        CopyTicket ticket = granted(door.export(operator(), FakeStore.RECORDING, Form.WAV, "fairness"));

        assertThat(refusal(door.export(administrator, FakeStore.RECORDING, Form.WAV, "fairness")))
                .isEqualTo(new Refusal.Forbidden(Act.EXPORT));
        assertThat(refusal(door.copy(administrator, ticket.id()))).isEqualTo(new Refusal.Forbidden(Act.EXPORT));
        assertThat(door.offersExport(administrator, FakeStore.RECORDING)).isFalse();
        assertThat(denials("administrator", "recording.export")).isEqualTo(2);
        assertThat(watched("access.denied")).isEqualTo(2);
        assertThat(store.exports).as("control: the operator's").isEqualTo(1);
    }

    @Test
    void aCopyNeedsAPurpose() throws Exception {
        store.demo = true;
        Session operator = operator();

        assertThat(invalid(door.export(operator, FakeStore.RECORDING, Form.WAV, null)))
                .isEqualTo(Refusal.Reason.PURPOSE_MISSING);
        assertThat(invalid(door.export(operator, FakeStore.RECORDING, Form.WAV, "curiosity")))
                .isEqualTo(Refusal.Reason.PURPOSE_UNKNOWN);
        assertThat(invalid(door.export(operator, FakeStore.RECORDING, Form.WAV, "case:0300000000")))
                .isEqualTo(Refusal.Reason.TEXT_HOLDS_NUMBER);
        assertThat(store.exports).isZero();
        assertThat(journal()).doesNotContain("recording.export", "0300000000");
    }

    @Test
    void onlyACopyThatWouldBeGivenIsOffered() {
        Session operator = operator();
        assertThat(door.offersExport(operator, FakeStore.RECORDING)).isFalse();
        store.demo = true;
        assertThat(door.offersExport(operator, FakeStore.RECORDING)).isTrue();
        assertThat(door.offersExport(operator, Outcomes.recording(9))).isFalse();
    }

    @Test
    void aTicketForACopyIsForItsSessionAndForAShortTime() {
        store.demo = true;
        Session operator = operator();
        CopyTicket first = granted(door.export(operator, FakeStore.RECORDING, Form.WAV, "fairness"));
        CopyTicket second = granted(door.export(operator, FakeStore.RECORDING, Form.WAV, "fairness"));
        assertThat(first.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(15)));

        assertThat(refusal(door.copy(operator(), first.id()))).isEqualTo(new Refusal.NotFound());
        granted(door.copy(operator, first.id()));
        clock.advance(Duration.ofMinutes(15));
        assertThat(refusal(door.copy(operator, second.id()))).isEqualTo(new Refusal.NotFound());

        CopyTicket third = granted(door.export(operator, FakeStore.RECORDING, Form.WAV, "fairness"));
        granted(door.signOut(operator));
        assertThat(refusal(door.copy(operator, third.id()))).isEqualTo(new Refusal.NotFound());
    }

    @Test
    void whatTheStoreCannotGiveIsRefusedAndJournalled() throws Exception {
        store.demo = true;
        store.fault = new StoreFault.Damaged("chunk 3");
        assertThat(invalid(door.export(operator(), FakeStore.RECORDING, Form.PCAPNG, "fairness")))
                .isEqualTo(Refusal.Reason.RECORDING_DAMAGED);
        assertThat(journal().lines().filter(line -> line.contains("\"act\":\"recording.export.failed\"")))
                .singleElement()
                .asString()
                .contains(FakeStore.RECORDING.value(), "{\"fault\":\"damaged\"}");
        assertThat(refusal(door.export(operator(), Outcomes.recording(9), Form.PCAPNG, "fairness")))
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void aCopyThatBreaksOffIsJournalledAsThat() throws Exception {
        store.demo = true;
        Session operator = operator();
        CopyTicket ticket = granted(door.export(operator, FakeStore.RECORDING, Form.PCAPNG, "fairness"));
        ExportedCopy copy = granted(door.copy(operator, ticket.id()));
        store.fault = new StoreFault.Damaged("chunk 3");

        assertThatExceptionOfType(StoreFault.Damaged.class).isThrownBy(() -> copy.write(new ByteArrayOutputStream()));

        assertThat(watched("recording.export.failed")).isEqualTo(1);
    }

    @Test
    void anOverwrittenRecordingIsRefusedAsThat() throws Exception {
        store.demo = true;
        Instant at = Instant.parse("2026-11-24T01:30:00Z");
        store.erasure = new Erasure(at, Erasure.Why.OVERWRITTEN, "ab".repeat(32));

        assertThat(refusal(door.export(operator(), FakeStore.RECORDING, Form.WAV, "fairness")))
                .isEqualTo(new Refusal.Overwritten(at));
        assertThat(watched("recording.export")).isZero();
    }

    @Test
    void whileTheJournalCannotBeWrittenNothingIsCopied() throws IOException {
        store.demo = true;
        Session operator = operator();
        Path journal = directory.resolve("journal/journal.jsonl");
        Path elsewhere = directory.resolve("journal/elsewhere");
        Files.move(journal, elsewhere);

        assertThat(refusal(door.export(operator, FakeStore.RECORDING, Form.WAV, "fairness")))
                .isEqualTo(new Refusal.Unavailable(Refusal.Source.JOURNAL));
        assertThat(store.exports).isZero();

        Files.move(elsewhere, journal);
        granted(door.export(operator, FakeStore.RECORDING, Form.WAV, "fairness"));
    }
}
