package org.koegura.governance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.LiveCalls.Objecting;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.callmodel.port.LiveCalls.Replaying;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.governance.account.Role;
import org.koegura.governance.account.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the door writes down: entries of the journal and counters. The text of a ground and the number of a case were
/// looked at before they come here.
final class DoorBook {

    private static final Logger LOG = LoggerFactory.getLogger(DoorBook.class);

    private final Journal journal;
    private final Clock clock;
    private final MeterRegistry registry;
    private final Counter afterwardsFailures;

    DoorBook(Journal journal, Clock clock, MeterRegistry registry) {
        this.journal = journal;
        this.clock = clock;
        this.registry = registry;
        afterwardsFailures = Counter.builder("koegura.audit.afterwards.failures")
                .description("Acts that were done and that the journal then did not take.")
                .register(registry);
        registerDenials("none");
        for (Role role : Role.values()) {
            registerDenials(role.label());
            for (Purpose purpose : Purpose.OfArticle1.values()) {
                playbacks(role.label(), purpose);
            }
            playbacks(role.label(), new Purpose.OfCase("0"));
        }
    }

    private void registerDenials(String role) {
        for (Act act : Act.values()) {
            if (act != Act.SEE_NUMBERS) {
                denials(role, act);
            }
        }
    }

    Instant now() {
        return clock.instant();
    }

    /// Journals an act that is about to be done.
    void done(Session session, Act act, String subject, Map<String, String> details) throws JournalFault {
        journal.append(new JournalEntry(clock.instant(), session.account(), act.word(), subject, details));
    }

    void exemptionAsked(Session session, CallId call, Exemption exemption, Stage stage) throws JournalFault {
        Map<String, String> details = new TreeMap<>();
        details.put("ground", "" + exemption.ground().number());
        details.put("channel", lower(exemption.channel()));
        details.put("stage", lower(stage));
        if (exemption.text() != null) {
            details.put("text", exemption.text());
        }
        done(session, Act.EXEMPT, call.value(), details);
    }

    void exemptionOutcome(Session session, CallId call, Exempting outcome) {
        Map<String, String> details = switch (outcome) {
            case Exempting.InForce(Stage stage) -> Map.of("result", "in-force", "stage", lower(stage));
            case Exempting.TooLate(Stage stage) -> Map.of("result", "too-late", "stage", lower(stage));
            case Exempting.NoSuchCall() -> Map.of("result", "no-such-call");
        };
        afterwards(session, "exemption.outcome", call.value(), details);
    }

    void attestationAsked(Session session, CallId call, CaptureBasis.Attestation attestation, Stage stage)
            throws JournalFault {
        done(session, Act.ATTEST, call.value(), Map.of("channel", lower(attestation.channel()), "stage", lower(stage)));
    }

    void attestationOutcome(Session session, CallId call, Attesting outcome) {
        Map<String, String> details = switch (outcome) {
            case Attesting.InForce(Stage stage) -> Map.of("result", "in-force", "stage", lower(stage));
            case Attesting.NotDue(Stage stage) -> Map.of("result", "not-due", "stage", lower(stage));
            case Attesting.NoSuchCall() -> Map.of("result", "no-such-call");
        };
        afterwards(session, "notice.attest.outcome", call.value(), details);
    }

    void replayAsked(Session session, CallId call, @Nullable String language, Exemption.Channel channel, Stage stage)
            throws JournalFault {
        String spoken = language == null ? "line" : language;
        done(
                session,
                Act.REPLAY,
                call.value(),
                Map.of("language", spoken, "channel", lower(channel), "stage", lower(stage)));
    }

    void replayOutcome(Session session, CallId call, Replaying outcome) {
        Map<String, String> details = switch (outcome) {
            case Replaying.Playing(String language) -> Map.of("result", "playing", "language", language);
            case Replaying.NotDue(Stage stage) -> Map.of("result", "not-due", "stage", lower(stage));
            case Replaying.NoPrompt() -> Map.of("result", "no-prompt");
            case Replaying.NotNow(ReplayAnswer why) -> Map.of("result", lower(why));
            case Replaying.NoSuchCall() -> Map.of("result", "no-such-call");
        };
        afterwards(session, "notice.replay.outcome", call.value(), details);
    }

    void pauseAsked(Session session, CallId call, String reason, Exemption.Channel channel, Stage stage)
            throws JournalFault {
        done(
                session,
                Act.PAUSE,
                call.value(),
                Map.of("reason", reason, "channel", lower(channel), "stage", lower(stage)));
    }

    void resumptionAsked(Session session, CallId call, Exemption.Channel channel) throws JournalFault {
        done(session, Act.RESUME, call.value(), Map.of("channel", lower(channel)));
    }

    void pauseOutcome(Session session, CallId call, Pausing outcome) {
        Map<String, String> details = switch (outcome) {
            case Pausing.Paused(Instant until) -> Map.of("result", "paused", "until", until.toString());
            case Pausing.Resumed() -> Map.of("result", "resumed");
            case Pausing.NotKept(Stage stage) -> Map.of("result", "not-kept", "stage", lower(stage));
            case Pausing.NoSuchCall() -> Map.of("result", "no-such-call");
        };
        afterwards(session, "recording.pause.outcome", call.value(), details);
    }

    void objectionAsked(Session session, CallId call, boolean stops, Exemption.Channel channel, Stage stage)
            throws JournalFault {
        done(
                session,
                Act.OBJECT,
                call.value(),
                Map.of("policy", stops ? "stop" : "continue", "channel", lower(channel), "stage", lower(stage)));
    }

    void objectionOutcome(Session session, CallId call, Objecting outcome) {
        Map<String, String> details = switch (outcome) {
            case Objecting.Marked(Stage stage) -> Map.of("result", "marked", "stage", lower(stage));
            case Objecting.NotUp(Stage stage) -> Map.of("result", "not-up", "stage", lower(stage));
            case Objecting.NoSuchCall() -> Map.of("result", "no-such-call");
        };
        afterwards(session, "call.objection.outcome", call.value(), details);
    }

    void played(Session session, Purpose purpose) {
        playbacks(session.roleLabel(), purpose).increment();
    }

    void playFailed(Session session, RecordingId recording, StoreFault fault) {
        failed(session, Act.PLAY, recording, fault);
    }

    void exportFailed(Session session, RecordingId recording, StoreFault fault) {
        failed(session, Act.EXPORT, recording, fault);
    }

    private void failed(Session session, Act act, RecordingId recording, StoreFault fault) {
        String kind = switch (fault) {
            case StoreFault.Missing _ -> "missing";
            case StoreFault.Damaged _ -> "damaged";
            case StoreFault.Unreachable _ -> "unreachable";
            case StoreFault.Full _ -> "full";
        };
        afterwards(session, act.word() + ".failed", recording.value(), Map.of("fault", kind));
    }

    void denied(Session session, Act act, String subject) {
        denials(session.roleLabel(), act).increment();
        afterwards(session, "access.denied", subject, Map.of("action", act.word(), "role", session.roleLabel()));
    }

    /// A copy was asked for that only a warrant could allow.
    void noWarrant(Session session, RecordingId recording, Map<String, String> asked) {
        denied(session, Act.EXPORT, recording.value(), "no-warrant", asked);
    }

    /// The role would do, and a rule stands against it.
    void denied(Session session, Act act, String subject, String reason, Map<String, String> asked) {
        denials(session.roleLabel(), act).increment();
        Map<String, String> details = new TreeMap<>(asked);
        details.put("action", act.word());
        details.put("role", session.roleLabel());
        details.put("reason", reason);
        afterwards(session, "access.denied", subject, details);
    }

    /// Journals what has happened already and cannot be undone by a journal that fails.
    private void afterwards(Session session, String act, String subject, Map<String, String> details) {
        try {
            journal.append(new JournalEntry(clock.instant(), session.account(), act, subject, details));
        } catch (JournalFault fault) {
            afterwardsFailures.increment();
            LOG.error("journal.afterwards.failed act={} subject={} reason={}", act, subject, fault.toString());
        }
    }

    private Counter denials(String role, Act act) {
        return Counter.builder("koegura.access.denials")
                .description("Refused actions.")
                .tags("role", role, "action", act.word())
                .register(registry);
    }

    private Counter playbacks(String role, Purpose purpose) {
        return Counter.builder("koegura.playbacks")
                .description("Playbacks started.")
                .tags("role", role, "purpose", purpose.label())
                .register(registry);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
