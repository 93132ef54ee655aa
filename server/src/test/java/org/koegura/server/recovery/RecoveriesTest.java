package org.koegura.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoint.Standing;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.server.recovery.Recoveries.Found;
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

    private final List<JournalEntry> journalled = new CopyOnWriteArrayList<>();
    private final List<CallOutcome> outcomes = new CopyOnWriteArrayList<>();
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final List<CallId> over = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean journalFails;
    private @Nullable Seal sealed;

    @Test
    void theLedgerTakesTheOutcomeThatTheRecordingStates() throws Exception {
        tell(found(List.of(new Told())));
        assertThat(outcomes).containsExactly(OUTCOME);
        assertThat(over).containsExactly(CALL);
    }

    @Test
    void aRecordingIsAcknowledgedOnlyAfterBothBooksHaveIt() throws Exception {
        tell(found(List.of(new Told(), new Told())));
        assertThat(steps).containsExactly("journal", "ledger", "acknowledge", "journal", "ledger", "acknowledge");
    }

    @Test
    void eachIsJournalledWithoutAnyNumber() throws Exception {
        tell(found(List.of(new Told())));
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
        journalFails = true;
        assertThatExceptionOfType(JournalFault.class).isThrownBy(() -> tell(found(List.of(new Told()))));
        assertThat(steps).isEmpty();
        assertThat(over).isEmpty();
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
                .isThrownBy(() -> tell(found(List.of(stuck, new Told()))));
        assertThat(steps).containsExactly("journal", "ledger");
    }

    @Test
    void aCallOfWhichNothingWasKeptHasAnOutcomeNowAndIsOver() throws Exception {
        tell(found(owed(new Standing(null, null, Unrecorded.EMERGENCY, false, null))));
        assertThat(only().result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(only().why()).isEqualTo(Unrecorded.EMERGENCY);
        assertThat(only().reason()).isEqualTo(EndReason.INTERRUPTED);
        assertThat(only().answeredAt()).isEqualTo(OUTCOME.answeredAt());
        assertThat(over).containsExactly(CALL);
    }

    @Test
    void aCallWhoseNoticeWasUnderWayEndedBeforeIt() throws Exception {
        tell(found(owed(new Standing(new Prompt("id", "ja", "words", "ab".repeat(32)), null, null, false, null))));
        assertThat(only().result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(only().why()).isEqualTo(Unrecorded.ENDED_BEFORE_NOTICE);
    }

    @Test
    void aCallWhoseRecordingIsNowhereIsMissing() throws Exception {
        tell(found(owed(recorded())));
        assertThat(only().result()).isEqualTo(CallOutcome.Result.MISSING);
        assertThat(only().why()).isEqualTo(Unrecorded.STORE_FAILED);
    }

    @Test
    void aCallWhoseRecordingStillLiesOpenKeepsItsOutcomeForTheStartThatRecoversIt() throws Exception {
        tell(new Found(List.of(), Set.of(RECORDING), List.of(owed(recorded()))));
        assertThat(outcomes).isEmpty();
        assertThat(over).isEmpty();
    }

    @Test
    void aCallWhoseRecordingTheProcessBeforeSealedItselfHasThatSeal() throws Exception {
        sealed = OUTCOME.seal();
        tell(found(owed(recorded())));
        assertThat(only().result()).isEqualTo(CallOutcome.Result.PARTIAL);
        assertThat(only().seal()).isEqualTo(OUTCOME.seal());
    }

    @Test
    void aCallThatItsRecordingTellsOfIsToldOnce() throws Exception {
        tell(new Found(List.of(new Told()), Set.of(), List.of(owed(recorded()))));
        assertThat(outcomes).containsExactly(OUTCOME);
    }

    @Test
    void aSecondPassageOfACallIsOverWithoutAnOutcome() throws Exception {
        tell(found(owed(new Standing(null, null, Unrecorded.SPIRAL, false, null))));
        assertThat(outcomes).isEmpty();
        assertThat(over).containsExactly(CALL);
    }

    private static Standing recorded() {
        Exemption exemption = new Exemption(Ground.DANGER, null, "operator", NOW, Exemption.Channel.API);
        return new Standing(null, new CaptureBasis.Exempted(exemption, Stage.NOTICE), null, false, RECORDING);
    }

    private static LeftCall owed(Standing standing) {
        return new LeftCall.Owed(OUTCOME.facts(), Objects.requireNonNull(OUTCOME.answeredAt()), standing);
    }

    private static Found found(List<Recovered> recovered) {
        return new Found(recovered, Set.of(), List.of());
    }

    private static Found found(LeftCall call) {
        return new Found(List.of(), Set.of(), List.of(call));
    }

    private CallOutcome only() {
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }

    private void tell(Found found) throws Exception {
        new Tellings(recoveries(), () -> found, new SimpleMeterRegistry()).now();
    }

    /// A fault of the journal is one of the medium: it is mended while calls go on.
    @Test
    void besideCallsWhatFailedIsTriedAgainUntilItIsTold() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        journalFails = true;
        List<Recovered> two = List.of(new Told(), new Told());
        try (Tellings tellings = new Tellings(recoveries(), () -> found(two), metrics, Duration.ofMillis(20))) {
            tellings.beside();
            await().until(() -> attempts.get() >= 4);
            assertThat(metrics.get("koegura.recoveries.untold").gauge().value()).isEqualTo(2);
            assertThat(over).isEmpty();
            journalFails = false;
            await().until(() -> over.size() == 2);
            await().until(() -> metrics.get("koegura.recoveries.untold").gauge().value() == 0);
            assertThat(outcomes).containsExactly(OUTCOME, OUTCOME);
        }
    }

    @Test
    void aFaultOfLookingForThemIsOneToTryAgainToo() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        AtomicInteger looked = new AtomicInteger();
        Supplier<Found> atThirdSight = () -> {
            if (looked.incrementAndGet() < 3) {
                throw new IllegalStateException("a fault of ours");
            }
            return found(List.of(new Told()));
        };
        try (Tellings tellings = new Tellings(recoveries(), atThirdSight, metrics, Duration.ofMillis(20))) {
            tellings.beside();
            await().until(() -> over.size() == 1);
            assertThat(outcomes).containsExactly(OUTCOME);
            await().until(() -> metrics.get("koegura.recoveries.untold").gauge().value() == 0);
        }
    }

    @Test
    void theEndOfTheProcessEndsTheLookingForThemToo() {
        AtomicInteger looked = new AtomicInteger();
        Supplier<Found> never = () -> {
            looked.incrementAndGet();
            throw new IllegalStateException("a fault of ours");
        };
        Tellings tellings = new Tellings(recoveries(), never, new SimpleMeterRegistry(), Duration.ofHours(1));
        tellings.beside();
        await().until(() -> looked.get() == 1);
        tellings.close();
        assertThat(tellings.isEnded()).isTrue();
        assertThat(over).isEmpty();
    }

    @Test
    void whatIsNotToldWhenTheProcessStopsIsLeftToTheNextStart() {
        journalFails = true;
        Tellings tellings = new Tellings(
                recoveries(), () -> found(List.of(new Told())), new SimpleMeterRegistry(), Duration.ofHours(1));
        tellings.beside();
        await().until(() -> attempts.get() == 1);
        tellings.close();
        assertThat(over).isEmpty();
        assertThat(outcomes).isEmpty();
    }

    private Recoveries recoveries() {
        return new Recoveries(
                entry -> {
                    attempts.incrementAndGet();
                    if (journalFails) {
                        throw new JournalFault("the journal is full", new IOException("no space"));
                    }
                    journalled.add(entry);
                    steps.add("journal");
                },
                this::ledger,
                new Checkpoints(),
                _ -> Optional.ofNullable(sealed),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /// Remembers which calls are over.
    private final class Checkpoints implements CallCheckpoints {
        @Override
        public void changed(CallId call, Telling telling) {
            throw new AssertionError("nothing changes a call that is over");
        }

        @Override
        public void over(CallId call) {
            over.add(call);
        }

        @Override
        public List<CallCheckpoint> left() {
            return List.of();
        }

        @Override
        public List<LeftCall.Owed> owed() {
            return List.of();
        }
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
