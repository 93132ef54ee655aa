package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// What must hold whatever happens to a call, in whatever order: the order of Art. 4, and R5.
final class CallPropertyTest {

    /// An event and what it made the call do.
    private record Happened(Event event, State before, Call.Step step) {}

    private static List<Happened> run(NoticeDecision plan, List<Event> events) {
        return run(Call.offered(plan, false), events);
    }

    private static List<Happened> run(State offered, List<Event> events) {
        List<Happened> history = new ArrayList<>();
        State state = offered;
        for (Event event : events) {
            Call.Step step = Call.step(state, event);
            history.add(new Happened(event, state, step));
            state = step.state();
        }
        return history;
    }

    private static <T extends Effect> List<T> effects(List<Happened> history, Class<T> kind) {
        return history.stream()
                .flatMap(happened -> happened.step().effects().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Provide
    Arbitrary<List<Event>> anyEvents() {
        return Arbitraries.of(List.copyOf(CallTableTest.events().values()))
                .list()
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<NoticeDecision> plan() {
        return Arbitraries.of(
                Calling.ANNOUNCE,
                Calling.ANNOUNCE_EARLY,
                new NoticeDecision.Oral(),
                new NoticeDecision.DoNotRecord(Unrecorded.INTERNAL));
    }

    @Property(tries = 5_000)
    void captureStartsAfterThe2xxAndOnlyOnALawfulBasis(
            @ForAll("plan") NoticeDecision plan, @ForAll("anyEvents") List<Event> events) {
        boolean answered = false;
        boolean heard = false;
        boolean exempted = false;
        boolean attested = false;
        for (Happened happened : run(plan, events)) {
            answered |= happened.event() instanceof Event.Answered;
            heard |= happened.event() instanceof Event.NoticeHeard && happened.before() instanceof State.Notifying;
            exempted |= happened.event() instanceof Event.Exempted;
            attested = happened.event() instanceof Event.Attested; // with that event, and never for an earlier one
            for (Effect effect : happened.step().effects()) {
                if (effect instanceof Effect.StartCapture(var basis)) {
                    assertThat(answered).as("answered").isTrue();
                    assertThat(plan).isNotInstanceOf(NoticeDecision.DoNotRecord.class);
                    switch (basis) {
                        case CaptureBasis.Announced _ -> assertThat(heard).isTrue();
                        case CaptureBasis.Exempted _ -> assertThat(exempted).isTrue();
                        case CaptureBasis.Attested _ -> {
                            assertThat(attested).isTrue();
                            assertThat(happened.before()).isInstanceOfAny(State.Untold.class, State.Bypassed.class);
                        }
                    }
                }
            }
        }
    }

    @Property(tries = 5_000)
    void captureStartsAtMostOnceAndNeverAfterTheMediaWereClosed(@ForAll("anyEvents") List<Event> events) {
        List<Happened> history = run(Calling.ANNOUNCE, events);
        assertThat(effects(history, Effect.StartCapture.class)).hasSizeLessThanOrEqualTo(1);
        assertThat(effects(history, Effect.CloseMedia.class)).hasSizeLessThanOrEqualTo(1);
        boolean closed = false;
        for (Happened happened : history) {
            for (Effect effect : happened.step().effects()) {
                assertThat(closed && (effect instanceof Effect.StartCapture || effect instanceof Effect.PlayNotice))
                        .isFalse();
                closed |= effect instanceof Effect.CloseMedia;
            }
        }
    }

    /// N5: no prompt, and a call that is kept was attested, or exempted.
    @Property(tries = 5_000)
    void whereStaffTellNothingIsEverPlayed(@ForAll("anyEvents") List<Event> events) {
        List<Event> oral = events.stream()
                .map(event -> event instanceof Event.NewParty ? (Event) new Event.NewParty(null) : event)
                .toList();
        List<Happened> history = run(new NoticeDecision.Oral(), oral);
        assertThat(effects(history, Effect.PlayNotice.class)).isEmpty();
        assertThat(effects(history, Effect.PlayEarlyNotice.class)).isEmpty();
        assertThat(effects(history, Effect.StartCapture.class))
                .allMatch(start -> !(start.basis() instanceof CaptureBasis.Announced));
    }

    /// N2: after whoever came, nothing is kept but on what was given since.
    @Property(tries = 5_000)
    void whoeverComesIsToldBeforeMoreIsKept(
            @ForAll("plan") NoticeDecision plan, @ForAll("anyEvents") List<Event> events) {
        boolean untold = false;
        for (Happened happened : run(plan, events)) {
            Event event = happened.event();
            boolean given = event instanceof Event.NoticeHeard
                    || event instanceof Event.Exempted
                    || event instanceof Event.Attested;
            boolean kept = captures(happened.before());
            if (event instanceof Event.NewParty && kept) {
                assertThat(happened.step().effects()).contains(new Effect.AwaitNewParty());
                untold = true;
            }
            boolean again = happened.step().effects().stream().anyMatch(Effect.CaptureAgain.class::isInstance);
            assertThat(again).isEqualTo(untold && captures(happened.step().state()));
            if (again) {
                assertThat(given).isTrue();
                untold = false;
            }
            assertThat(untold && captures(happened.step().state())).isFalse();
        }
    }

    private static boolean captures(State state) {
        return state instanceof State.Recorded
                || state instanceof State.RecordedAsAttested
                || state instanceof State.RecordedWithoutNotice;
    }

    /// N10: neither a notice that is heard, nor one that is attested, nor an exemption brings it back.
    @Property(tries = 5_000)
    void nothingIsCapturedOnceItWasForbidden(
            @ForAll("plan") NoticeDecision plan, @ForAll("anyEvents") List<Event> events) {
        boolean forbidden = false;
        for (Happened happened : run(plan, events)) {
            forbidden |= happened.event() instanceof Event.Forbidden;
            assertThat(forbidden
                            && happened.step().effects().stream()
                                    .anyMatch(effect -> effect instanceof Effect.StartCapture))
                    .isFalse();
            assertThat(forbidden && happened.step().state().stage() == Stage.RECORDED)
                    .isFalse();
        }
    }

    @Property(tries = 5_000)
    void everyCallThatEndsIsReportedExactlyOnce(
            @ForAll("plan") NoticeDecision plan, @ForAll("anyEvents") List<Event> events) {
        List<Event> all = new ArrayList<>(events);
        all.add(new Event.Abandoned(EndReason.SHUTDOWN));
        all.add(new Event.SealOverdue());
        List<Happened> history = run(plan, all);
        assertThat(history.getLast().step().state()).isEqualTo(new State.Over());
        assertThat(effects(history, Effect.Report.class)).hasSize(1);
    }

    @Property(tries = 5_000)
    void theCountsReconcile(@ForAll("plan") NoticeDecision plan, @ForAll("anyEvents") List<Event> events) {
        List<Event> all = new ArrayList<>(events);
        all.add(new Event.Abandoned(EndReason.SHUTDOWN));
        all.add(new Event.SealOverdue());
        List<Happened> history = run(plan, all);
        Effect.Report report = effects(history, Effect.Report.class).getFirst();
        boolean owed = switch (report.result()) {
            case COMPLETE, PARTIAL, MISSING -> true;
            case INTENTIONALLY_NOT ->
                report.why() == Unrecorded.ENDED_BEFORE_NOTICE || report.why() == Unrecorded.NOT_ATTESTED;
            case NOT_ANSWERED -> false;
        };
        assertThat(effects(history, Effect.CountRecordable.class)).hasSize(owed ? 1 : 0);
        assertThat(effects(history, Effect.CountNotice.class))
                .hasSize(effects(history, Effect.PlayNotice.class).size()
                        + effects(history, Effect.PlayEarlyNotice.class).size());
    }

    /// N3: what was heard before the answer counts only where it is proven of the trunk, and capture waits for the 2xx
    /// all the same.
    @Property(tries = 5_000)
    void aNoticeBeforeTheAnswerCountsOnlyWhereItIsProven(
            @ForAll boolean proven, @ForAll("anyEvents") List<Event> events) {
        boolean answered = false;
        boolean heardBefore = false;
        boolean heardAfter = false;
        for (Happened happened : run(Call.offered(Calling.ANNOUNCE_EARLY, proven), events)) {
            answered |= happened.event() instanceof Event.Answered;
            heardBefore |= happened.event() instanceof Event.EarlyNoticeHeard;
            heardAfter |= happened.event() instanceof Event.NoticeHeard && happened.before() instanceof State.Notifying;
            for (Effect effect : happened.step().effects()) {
                if (effect instanceof Effect.StartCapture(CaptureBasis.Announced _)) {
                    assertThat(answered).as("answered").isTrue();
                    assertThat(heardAfter || (proven && heardBefore)).isTrue();
                }
                assertThat(answered && effect instanceof Effect.PlayEarlyNotice).isFalse();
            }
        }
    }

    @Property(tries = 5_000)
    void anExemptionInForceWasJournalledFirstAndASilentCallIsNeverCalledComplete(
            @ForAll("anyEvents") List<Event> events) {
        List<Happened> history = run(Calling.ANNOUNCE, events);
        for (Happened happened : history) {
            List<Effect> effects = happened.step().effects();
            if (effects.stream().anyMatch(effect -> effect instanceof Effect.CountExemption)) {
                assertThat(effects.getFirst()).isInstanceOf(Effect.JournalExemption.class);
            }
        }
        for (Effect.Report report : effects(history, Effect.Report.class)) {
            if (report.result() == CallOutcome.Result.COMPLETE) {
                assertThat(effects(history, Effect.StartCapture.class)).hasSize(1);
            }
        }
    }
}
