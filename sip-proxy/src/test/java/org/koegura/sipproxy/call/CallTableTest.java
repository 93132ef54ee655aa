package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.sipproxy.call.State.Early;
import org.koegura.sipproxy.call.State.Kept;
import org.koegura.sipproxy.negotiation.Audio;

/// The whole state machine as one table in a file, `call-table.txt`: read it to see what a call does. The test
/// fails where code and file differ, and leaves what the code does under `target/` to be reviewed and put in
/// its place.
final class CallTableTest {

    private static final CaptureBasis.Exempted EXEMPTED = new CaptureBasis.Exempted(Calling.EXEMPTION, Stage.RINGING);
    private static final CaptureBasis.Attested ATTESTED =
            new CaptureBasis.Attested(Calling.ATTESTATION, Stage.ORAL_NOTICE);
    private static final CaptureBasis.Announced ANNOUNCED = new CaptureBasis.Announced(Calling.PROOF);

    static Map<String, State> states() {
        Map<String, State> states = new LinkedHashMap<>();
        Early early = new Early(Calling.ANNOUNCE, null, false);
        Early internal = new Early(new NoticeDecision.DoNotRecord(Unrecorded.INTERNAL), null, false);
        states.put("Offered", new State.Offered(early));
        states.put("Offered(internal)", new State.Offered(internal));
        states.put("Ringing", new State.Ringing(early));
        states.put("Ringing(exempted)", new State.Ringing(early.exempted(EXEMPTED)));
        states.put("Ringing(cancelled)", new State.Ringing(early.given()));
        Early foretelling = new Early(Calling.ANNOUNCE_EARLY, null, false);
        Early proven = new Early(Calling.ANNOUNCE_EARLY, null, false, true);
        states.put("Ringing(early)", new State.Ringing(foretelling));
        states.put("Ringing(early exempted)", new State.Ringing(foretelling.exempted(EXEMPTED)));
        states.put("Foretelling", new State.Foretelling(foretelling, Calling.PROMPT));
        states.put("Foretelling(proven)", new State.Foretelling(proven, Calling.PROMPT));
        states.put("Foretold", new State.Foretold(foretelling, Calling.PROOF));
        states.put("Foretold(proven)", new State.Foretold(proven, Calling.PROOF));
        Early oral = new Early(new NoticeDecision.Oral(), null, false);
        states.put("Ringing(oral)", new State.Ringing(oral));
        states.put("Ringing(oral exempted)", new State.Ringing(oral.exempted(EXEMPTED)));
        states.put("AwaitingAudio(oral)", new State.AwaitingAudio(oral));
        states.put("AwaitingAudio", new State.AwaitingAudio(early));
        states.put("AwaitingAudio(exempted)", new State.AwaitingAudio(early.exempted(EXEMPTED)));
        states.put("Notifying", new State.Notifying(Calling.PROMPT));
        states.put("Notifying(begun before)", new State.Notifying(Calling.PROMPT, true, false));
        states.put("Notifying(another)", new State.Notifying(Calling.PROMPT, false, true));
        states.put("Untold", new State.Untold());
        states.put("RecordedAsAttested", new State.RecordedAsAttested(ATTESTED));
        states.put("Recorded", new State.Recorded(ANNOUNCED));
        states.put("RecordedWithoutNotice", new State.RecordedWithoutNotice(EXEMPTED));
        states.put("Renewing", new State.Renewing(ANNOUNCED, Calling.PROMPT, false));
        states.put("Renewing(awaited)", new State.Renewing(ANNOUNCED, Calling.PROMPT, true));
        states.put("Renewing(oral)", new State.Renewing(ATTESTED, null, true));
        states.put("Broken", new State.Broken(ANNOUNCED));
        states.put("Stopped", new State.Stopped(Unrecorded.NEVER_RECORD_LINE, ANNOUNCED));
        states.put("Bypassed(forbidden)", new State.Bypassed(Unrecorded.NOTICE_FAILED, null, true));
        states.put("Bypassed(notice_failed)", new State.Bypassed(Unrecorded.NOTICE_FAILED, null));
        states.put("Bypassed(internal)", new State.Bypassed(Unrecorded.INTERNAL, null));
        states.put("Bypassed(store_failed)", new State.Bypassed(Unrecorded.STORE_FAILED, ANNOUNCED));
        states.put("Ending(not answered)", new State.Ending(EndReason.CANCELLED, new Kept.NotAnswered()));
        states.put("Ending(captured)", new State.Ending(EndReason.HANGUP_INSIDE, new Kept.Captured(ANNOUNCED)));
        states.put(
                "Ending(before notice)",
                new State.Ending(EndReason.HANGUP_INSIDE, new Kept.Nothing(Unrecorded.ENDED_BEFORE_NOTICE, null)));
        states.put(
                "Ending(capture failed)",
                new State.Ending(EndReason.HANGUP_INSIDE, new Kept.Nothing(Unrecorded.STORE_FAILED, ANNOUNCED)));
        states.put("Over", new State.Over());
        return states;
    }

    static Map<String, Event> events() {
        Map<String, Event> events = new LinkedHashMap<>();
        events.put("Provisional", new Event.Provisional());
        events.put("EarlyMedia", new Event.EarlyMedia());
        events.put("Unrecordable(no_port)", new Event.Unrecordable(Unrecorded.NO_PORT));
        events.put("Unrecordable(encrypted)", new Event.Unrecordable(Unrecorded.ENCRYPTED_MEDIA));
        events.put("Forbidden(never_record)", new Event.Forbidden(Unrecorded.NEVER_RECORD_LINE));
        events.put("Answered(usable)", new Event.Answered(new Audio.Usable()));
        events.put("Answered(g729)", new Event.Answered(new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC)));
        events.put("Answered(pending)", new Event.Answered(new Audio.Pending()));
        events.put("AudioSettled(usable)", new Event.AudioSettled(new Audio.Usable()));
        events.put("AudioSettled(none)", new Event.AudioSettled(new Audio.Unusable(Unrecorded.NO_AUDIO)));
        events.put("Acknowledged", new Event.Acknowledged());
        events.put("NoticeStarted", new Event.NoticeStarted());
        events.put("NoticeHeard", new Event.NoticeHeard(Calling.PROOF));
        events.put("NoticeFailed", new Event.NoticeFailed(NoticeFailure.LOSS));
        events.put("EarlyNoticeHeard", new Event.EarlyNoticeHeard(Calling.PROOF));
        events.put("EarlyNoticeFailed", new Event.EarlyNoticeFailed(NoticeFailure.LOSS));
        events.put("Exempted", new Event.Exempted(Calling.EXEMPTION));
        events.put("Attested", new Event.Attested(Calling.ATTESTATION));
        events.put("NewParty", new Event.NewParty(Calling.PROMPT));
        events.put("NewParty(oral)", new Event.NewParty(null));
        events.put("CaptureFailed", new Event.CaptureFailed());
        events.put("CaptureBroken", new Event.CaptureBroken());
        events.put("HungUp(outside)", new Event.HungUp(Leg.OUTSIDE));
        events.put("Cancelled", new Event.Cancelled());
        events.put("Rejected(486)", new Event.Rejected(486));
        events.put("Rejected(408)", new Event.Rejected(408));
        events.put("Lost(media_silent)", new Event.Lost(EndReason.MEDIA_SILENT));
        events.put("Lost(session_expired)", new Event.Lost(EndReason.SESSION_EXPIRED));
        events.put("Abandoned", new Event.Abandoned(EndReason.SHUTDOWN));
        events.put("MediaClosed(sealed)", new Event.MediaClosed(Calling.SEALED));
        events.put("MediaClosed(nothing)", new Event.MediaClosed(Calling.NOTHING_KEPT));
        events.put("SealOverdue", new Event.SealOverdue());
        return events;
    }

    @Test
    void theTableNamesEveryKindOfStateAndOfEvent() {
        assertThat(states().values().stream()
                        .map(state -> state.getClass().getSimpleName())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(permitted(State.class));
        assertThat(events().values().stream()
                        .map(event -> event.getClass().getSimpleName())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(permitted(Event.class));
    }

    @Test
    void aCallSaysThatItCanBeExemptedExactlyWhereAnExemptionComesIntoForce() {
        states().forEach((name, state) -> {
            List<Effect> effects =
                    Call.step(state, new Event.Exempted(Calling.EXEMPTION)).effects();
            boolean inForce = effects.stream()
                    .anyMatch(
                            effect -> effect instanceof Effect.Reply(var reply) && reply instanceof Exempting.InForce);
            assertThat(state.exemptable()).as(name).isEqualTo(inForce);
        });
    }

    @Test
    void aCallSaysThatAnOralNoticeCanBeAttestedExactlyWhereAnAttestationComesIntoForce() {
        states().forEach((name, state) -> {
            List<Effect> effects =
                    Call.step(state, new Event.Attested(Calling.ATTESTATION)).effects();
            boolean inForce = effects.stream()
                    .anyMatch(effect ->
                            effect instanceof Effect.ReplyAttesting(var reply) && reply instanceof Attesting.InForce);
            assertThat(state.attestable()).as(name).isEqualTo(inForce);
            assertThat(effects.stream()
                            .filter(effect ->
                                    effect instanceof Effect.StartCapture || effect instanceof Effect.CaptureAgain))
                    .as(name)
                    .hasSize(inForce ? 1 : 0);
            assertThat(inForce && !(effects.getFirst() instanceof Effect.JournalAttestation))
                    .as(name + ": in force before the journal has it")
                    .isFalse();
        });
    }

    @Test
    void stepDoesWhatTheTableSaysForEveryStateAndEvent() throws IOException {
        String actual = table();
        Path written = Path.of("target", "call-table.txt");
        Files.createDirectories(Objects.requireNonNull(written.getParent()));
        Files.writeString(written, actual);
        try (InputStream expected = CallTableTest.class.getResourceAsStream("call-table.txt")) {
            assertThat(expected).as("call-table.txt beside this test").isNotNull();
            assertThat(actual)
                    .as("what the code does is in " + written.toAbsolutePath())
                    .isEqualTo(new String(Objects.requireNonNull(expected).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String table() {
        StringBuilder table = new StringBuilder();
        states().forEach((stateName, state) -> {
            table.append(stateName).append('\n');
            events().forEach((eventName, event) -> {
                Call.Step step = Call.step(state, event);
                String next = step.state().equals(state) ? "stays" : name(step.state());
                if (!next.equals("stays") || !step.effects().isEmpty()) {
                    String effects =
                            step.effects().stream().map(CallTableTest::name).collect(Collectors.joining(", "));
                    table.append("    %-24s %-40s %s"
                            .formatted(eventName, next, effects)
                            .stripTrailing());
                    table.append('\n');
                }
            });
            List<String> silent = events().entrySet().stream()
                    .filter(entry -> {
                        Call.Step step = Call.step(state, entry.getValue());
                        return step.state().equals(state) && step.effects().isEmpty();
                    })
                    .map(Map.Entry::getKey)
                    .toList();
            table.append("    nothing happens on       ")
                    .append(String.join(" ", silent))
                    .append("\n\n");
        });
        return table.toString();
    }

    private static String name(State state) {
        return switch (state) {
            case State.Offered(var early) -> "Offered" + name(early);
            case State.Ringing(var early) -> "Ringing" + name(early);
            case State.AwaitingAudio(var early) -> "AwaitingAudio" + name(early);
            case State.Foretelling(var early, var _) -> "Foretelling" + name(early);
            case State.Foretold(var early, var _) -> "Foretold" + name(early);
            case State.Notifying(var _, boolean before, boolean awaited) ->
                "Notifying" + (before ? "(begun before)" : awaited ? "(another)" : "");
            case State.Renewing(var _, var prompt, boolean awaited) ->
                "Renewing" + (prompt == null ? "(oral)" : awaited ? "(awaited)" : "");
            case State.Untold _,
                    State.RecordedAsAttested _,
                    State.Recorded _,
                    State.RecordedWithoutNotice _,
                    State.Broken _,
                    State.Over _ -> state.getClass().getSimpleName();
            case State.Stopped(var why, var _) -> "Stopped(" + Call.word(why) + ")";
            case State.Bypassed bypassed ->
                "Bypassed(" + Call.word(bypassed.why()) + (bypassed.forbidden() ? " forbidden" : "") + ")";
            case State.Ending(var reason, var kept) ->
                "Ending(" + Call.word(reason) + ", " + kept.getClass().getSimpleName() + ")";
        };
    }

    private static String name(Early early) {
        String plan = switch (early.plan()) {
            case NoticeDecision.Announce _ -> "";
            case NoticeDecision.Oral _ -> " oral";
            case NoticeDecision.DoNotRecord(var why) -> " " + Call.word(why);
        };
        String exempted = early.exempted() == null ? "" : " exempted";
        String cancelled = early.cancelled() ? " cancelled" : "";
        String proven = early.proven() ? " proven" : "";
        String all = plan + exempted + cancelled + proven;
        return all.isEmpty() ? "" : "(" + all.strip() + ")";
    }

    private static String name(Effect effect) {
        String kind = effect.getClass().getSimpleName();
        return switch (effect) {
            case Effect.Journal(var act, var details) -> kind + "(" + act + " " + details + ")";
            case Effect.StartCapture(var basis) -> kind + "(" + basis.getClass().getSimpleName() + ")";
            case Effect.CaptureAgain(var basis) -> kind + "(" + basis.getClass().getSimpleName() + ")";
            case Effect.StopCapture(var why) -> kind + "(" + Call.word(why) + ")";
            case Effect.Bypass(var why) -> kind + "(" + Call.word(why) + ")";
            case Effect.CloseMedia close -> kind + "(" + Call.word(close.reason()) + ")";
            case Effect.Reply(var exempting) -> kind + "(" + name(exempting) + ")";
            case Effect.ReplyAttesting(var attesting) -> kind + "(" + name(attesting) + ")";
            case Effect.CountNotice notice -> kind + "(" + Call.word(notice.end()) + ")";
            case Effect.Report report -> kind + "(" + word(report) + ")";
            case Effect.JournalExemption _,
                    Effect.JournalAttestation _,
                    Effect.CountAttestation _,
                    Effect.AwaitNewParty _,
                    Effect.MediaAnswered _,
                    Effect.MediaAcknowledged _,
                    Effect.PlayNotice _,
                    Effect.PlayEarlyNotice _,
                    Effect.PlayRingback _,
                    Effect.StopNotice _,
                    Effect.CountRecordable _,
                    Effect.CountExemption _ -> kind;
        };
    }

    private static String name(Exempting exempting) {
        return switch (exempting) {
            case Exempting.InForce(var stage) -> "in force at " + Call.word(stage);
            case Exempting.TooLate(var stage) -> "too late at " + Call.word(stage);
            case Exempting.NoSuchCall _ -> "no such call";
        };
    }

    private static String name(Attesting attesting) {
        return switch (attesting) {
            case Attesting.InForce(var stage) -> "in force at " + Call.word(stage);
            case Attesting.NotDue(var stage) -> "not due at " + Call.word(stage);
            case Attesting.NoSuchCall _ -> "no such call";
        };
    }

    private static String word(Effect.Report report) {
        CallOutcome.Result result = report.result();
        return Call.word(result) + (report.why() == null ? "" : " " + Call.word(report.why()));
    }

    private static List<String> permitted(Class<?> sealedType) {
        return Stream.of(sealedType.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .toList();
    }
}
