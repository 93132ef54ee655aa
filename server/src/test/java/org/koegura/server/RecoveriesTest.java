package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
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
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.storageclient.LocalStore.Recovered;

/// What a killed process left open becomes a line in the journal and the call's one outcome.
class RecoveriesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T01:00:00Z");
    private static final CallId CALL = new CallId("0123456789abcdef0123456789abcdef");
    private static final RecordingId RECORDING = new RecordingId("fedcba9876543210fedcba9876543210");
    private static final CallOutcome OUTCOME = new CallOutcome(
            new CallFacts(
                    CALL,
                    "call@example.com",
                    Direction.INBOUND,
                    new Party("sip:201@example.com"),
                    new Party("sip:0990123456@example.com"),
                    Instant.parse("2026-11-24T00:49:50Z")),
            Instant.parse("2026-11-24T00:50:00Z"),
            Instant.parse("2026-11-24T00:55:00Z"),
            EndReason.INTERRUPTED,
            CallOutcome.Result.PARTIAL,
            null,
            null,
            new Seal(RECORDING, "recordings/2026/11/24/" + RECORDING.value(), "ab".repeat(32), 1000, NOW),
            List.of(new StreamAccount(Leg.OUTSIDE, 7, 7, 0, Map.of())));

    private final List<JournalEntry> journalled = new ArrayList<>();
    private final List<CallOutcome> outcomes = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();

    @Test
    void theLedgerTakesTheOutcomeThatTheRecordingStates() throws Exception {
        recoveries().tell(List.of(new Told()), List.of());
        assertThat(outcomes).containsExactly(OUTCOME);
    }

    @Test
    void aRecordingIsAcknowledgedOnlyAfterBothBooksHaveIt() throws Exception {
        recoveries().tell(List.of(new Told(), new Told()), List.of());
        assertThat(steps).containsExactly("journal", "ledger", "acknowledge", "journal", "ledger", "acknowledge");
    }

    @Test
    void eachIsJournalledWithoutAnyNumber() throws Exception {
        recoveries().tell(List.of(new Told()), List.of());
        JournalEntry entry = journalled.getFirst();
        assertThat(entry.at()).isEqualTo(NOW);
        assertThat(entry.actor()).isEqualTo("system");
        assertThat(entry.act()).isEqualTo("recording.recovered");
        assertThat(entry.subject()).isEqualTo(RECORDING.value());
        assertThat(entry.details())
                .containsOnly(
                        Map.entry("call", CALL.value()),
                        Map.entry("outcome", "partial"),
                        Map.entry("root", "ab".repeat(32)));
    }

    @Test
    void whatTheJournalDoesNotTakeIsNeitherToldNorAcknowledged() {
        Recoveries recoveries = new Recoveries(
                entry -> {
                    throw new JournalFault("the journal is full", new IOException("no space"));
                },
                this::ledger,
                Clock.fixed(NOW, ZoneOffset.UTC));
        assertThatExceptionOfType(JournalFault.class).isThrownBy(() -> recoveries.tell(List.of(new Told()), List.of()));
        assertThat(steps).isEmpty();
    }

    @Test
    void aRecordingThatCannotBeMovedStopsTheStart() {
        Recovered stuck = new Told() {
            @Override
            public void acknowledge() throws StoreFault {
                throw new StoreFault.Unreachable("cannot move it", new IOException("stuck"));
            }
        };
        assertThatExceptionOfType(StoreFault.Unreachable.class)
                .isThrownBy(() -> recoveries().tell(List.of(stuck, new Told()), List.of()));
        assertThat(steps).containsExactly("journal", "ledger");
    }

    private Recoveries recoveries() {
        return new Recoveries(
                entry -> {
                    journalled.add(entry);
                    steps.add("journal");
                },
                this::ledger,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private void ledger(CallOutcome outcome) {
        outcomes.add(outcome);
        steps.add("ledger");
    }

    private class Told implements Recovered {
        @Override
        public CallOutcome outcome() {
            return OUTCOME;
        }

        @Override
        public Seal seal() {
            return Objects.requireNonNull(OUTCOME.seal());
        }

        @Override
        public void acknowledge() throws StoreFault {
            steps.add("acknowledge");
        }
    }
}
