package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.storageclient.LocalStore.Recovered;

/// What a killed process left open becomes a line in the journal and the call's one outcome.
class RecoveriesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T01:00:00Z");
    private static final CallId CALL = new CallId("0123456789abcdef0123456789abcdef");
    private static final CallFacts FACTS = new CallFacts(
            CALL,
            "call@example.com",
            Direction.INBOUND,
            new Party("sip:201@example.com"),
            new Party("tel:+81300000000"),
            Instant.parse("2026-11-24T00:49:50Z"));
    private static final RecordingId RECORDING = new RecordingId("fedcba9876543210fedcba9876543210");

    private final List<JournalEntry> journalled = new ArrayList<>();
    private final List<CallOutcome> outcomes = new ArrayList<>();
    private final Recoveries recoveries =
            new Recoveries(journalled::add, outcomes::add, Clock.fixed(NOW, ZoneOffset.UTC));

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each
    Path folder;

    @Test
    void anInterruptedRecordingIsAPartialOutcomeWithWhatItsManifestStates() throws Exception {
        recoveries.tell(List.of(recovered("partial", "interrupted", "{}")));
        CallOutcome outcome = outcomes.getFirst();
        assertThat(outcome.facts()).isEqualTo(FACTS);
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.PARTIAL);
        assertThat(outcome.reason()).isEqualTo(EndReason.INTERRUPTED);
        assertThat(outcome.answeredAt()).isEqualTo(Instant.parse("2026-11-24T00:50:00Z"));
        assertThat(outcome.endedAt()).isEqualTo(Instant.parse("2026-11-24T00:55:00Z"));
        assertThat(outcome.accounts()).containsExactly(new StreamAccount(Leg.OUTSIDE, 7, 7, 0, Map.of()));
        assertThat(outcome.seal()).isNotNull().extracting(Seal::recording).isEqualTo(RECORDING);
    }

    @Test
    void aRecordingThatItsOwnWriterHadClosedKeepsItsEnd() throws Exception {
        recoveries.tell(List.of(recovered("complete", "hangup-outside", "{\"before-notice\": 0}")));
        CallOutcome outcome = outcomes.getFirst();
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome.reason()).isEqualTo(EndReason.HANGUP_OUTSIDE);
        assertThat(outcome.accounts().getFirst().withheld()).containsEntry(Withheld.BEFORE_NOTICE, 0L);
    }

    @Test
    void eachIsJournalledWithoutAnyNumber() throws Exception {
        recoveries.tell(List.of(recovered("partial", "interrupted", "{}")));
        JournalEntry entry = journalled.getFirst();
        assertThat(entry.at()).isEqualTo(NOW);
        assertThat(entry.actor()).isEqualTo("system");
        assertThat(entry.act()).isEqualTo("recording.recovered");
        assertThat(entry.subject()).isEqualTo(RECORDING.value());
        assertThat(entry.details()).containsEntry("call", CALL.value()).containsEntry("outcome", "partial");
    }

    @Test
    void aManifestThatCannotBeReadIsSaidWithItsPlaceAndNothingIsTold() throws Exception {
        Recovered damaged = recovered("partial", "nobody-knows", "{}");
        assertThatThrownBy(() -> recoveries.tell(List.of(damaged)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString());
        assertThat(journalled).isEmpty();
        assertThat(outcomes).isEmpty();
    }

    private Recovered recovered(String outcome, String end, String withheld) throws IOException {
        Files.writeString(folder.resolve("manifest.json"), """
                {"direction": "inbound", "outcome": "%s", "answeredAt": "2026-11-24T00:50:00.000000000Z",
                 "capture": {"startedAt": "2026-11-24T00:51:00Z", "endedAt": "2026-11-24T00:55:00Z"}, "end": "%s",
                 "streams": [{"leg": "outside", "received": 7, "recorded": 7, "lost": 0, "withheld": %s}]}
                """.formatted(outcome, end, withheld));
        return new Recovered(new Seal(RECORDING, folder.toString(), "ab".repeat(32), 1000, NOW), FACTS);
    }
}
