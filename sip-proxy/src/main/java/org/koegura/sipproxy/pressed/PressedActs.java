package org.koegura.sipproxy.pressed;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.code.Feature;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.LiveCalls.Objecting;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.callmodel.port.LiveCalls.Replaying;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.sipproxy.telephone.LastCalls;

/// Does what a code asks for that was pressed in a call: the same acts as by the API, journalled alike,
/// in the name of the telephone. A further act is a further row of [#done].
public final class PressedActs {

    private static final String CHANNEL = Exemption.Channel.TELEPHONE.name().toLowerCase(Locale.ROOT);

    /// What a pause says of its reason: nobody asks for one while somebody dictates the number of a
    /// card.
    private static final String PAUSE_REASON = "code";

    private final Settings settings;
    private final PressedMeters meters;
    private final LastCalls lastCalls;
    private final @Nullable String author;
    private long lastNanos;
    private boolean asked;

    /// @param lastCalls hears of what is kept of the call
    /// @param author whoever presses in this call; null where nobody may
    public PressedActs(Settings settings, PressedMeters meters, LastCalls lastCalls, @Nullable String author) {
        this.lastCalls = lastCalls;
        this.settings = settings;
        this.meters = meters;
        this.author = author;
    }

    /// Something of the call is kept from now on.
    public void began(CallFacts call) {
        if (author != null) {
            lastCalls.began(author, call);
        }
    }

    /// The call is hung up.
    ///
    /// @param kept whether something of it was
    public void ended(CallFacts call, boolean kept) {
        if (author != null) {
            lastCalls.ended(author, call, kept);
        }
    }

    /// What is a code in this call, leader and digits.
    public Set<String> keys() {
        return author == null ? Set.of() : settings.keys();
    }

    /// What codes may do.
    ///
    /// @param codes by which digits
    /// @param groundText what an exemption on ground 3 says; null: it is refused
    /// @param pauses whether capture may be paused (R9)
    /// @param objectionStops whether nothing more of a call is kept after an objection (N12)
    /// @param apart how long after one is done the next one of the same call may come
    public record Settings(
            FeatureCodes codes, @Nullable String groundText, boolean pauses, boolean objectionStops, Duration apart) {

        /// Nobody presses four keys within a second.
        private static final Duration APART = Duration.ofSeconds(1);

        public Settings(FeatureCodes codes, @Nullable String groundText, boolean pauses, boolean objectionStops) {
            this(codes, groundText, pauses, objectionStops, APART);
        }

        /// There are none.
        public static final Settings NONE = new Settings(new FeatureCodes("*", Map.of()), null, false, false);

        /// All of them, leader and digits.
        public Set<String> keys() {
            return codes.digits().values().stream()
                    .map(digits -> codes.leader() + digits)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /// The call in which it was pressed.
    public interface Asked {

        Stage stage();

        Exempting exempt(Exemption exemption);

        Attesting attest(CaptureBasis.Attestation attestation);

        /// Pauses capture, or lets it go on.
        Pausing pause(boolean begins);

        Objecting object(boolean stops);

        /// Plays the notice once more, in that language or in that of the line.
        Replaying replay(@Nullable String language);

        /// Has it preserved, journalled as that is; [Preserving#GONE] where nothing is kept of it.
        Preserving preserve(String author);

        /// Writes into the journal; whether it is on stable storage.
        boolean journal(String actor, String act, Map<String, String> details);
    }

    /// What became of a code.
    public enum Outcome {
        DONE,
        /// The call stands otherwise: it is recorded already, or never will be, or nothing of it is
        /// kept.
        TOO_LATE,
        /// The one before it is hardly done.
        TOO_SOON,
        /// Ground 3 needs a text, and none is set.
        NO_TEXT,
        /// That code asks for nothing in a call, or settings do not have it.
        NOT_HERE,
        /// There is no prompt in that language, or none in the codec that the other party receives.
        NO_PROMPT,
        /// Nothing can be played to the other party just now: it is on hold, or hears a notice.
        NOT_NOW,
        /// The journal failed, or the register of what is preserved.
        UNAVAILABLE
    }

    /// Does it, or not; returns whether it is done.
    ///
    /// @param keys as the media tell them
    public boolean act(String keys, Instant now, Asked call) {
        Feature feature = settings.codes().dialled(keys);
        String who = author;
        if (feature == null || who == null) {
            return false;
        }
        Stage stage = call.stage();
        boolean soon = asked && System.nanoTime() - lastNanos < settings.apart().toNanos();
        Outcome outcome = soon ? Outcome.TOO_SOON : done(feature, who, now, call);
        if (!soon) {
            asked = true;
            lastNanos = System.nanoTime(); // what was pressed while it was being done waited, and is too soon
        }
        meters.pressed(feature, outcome);
        if (outcome != Outcome.DONE && meters.mayTell(who, outcome)) {
            boolean _ =
                    call.journal(who, "code.refused", details(stage, "feature", feature.word(), "why", word(outcome)));
        }
        return outcome == Outcome.DONE;
    }

    private Outcome done(Feature feature, String who, Instant now, Asked call) {
        return switch (feature) {
            case EXEMPT_DANGER -> exempt(Ground.DANGER, null, who, now, call);
            case EXEMPT_LITIGATION -> exempt(Ground.LITIGATION, null, who, now, call);
            case EXEMPT_SPECIAL ->
                settings.groundText() == null
                        ? Outcome.NO_TEXT
                        : exempt(Ground.SPECIAL, settings.groundText(), who, now, call);
            case OBJECTION -> object(who, call);
            case PAUSE -> settings.pauses() ? pause(who, call) : Outcome.NOT_HERE;
            case RESUME -> settings.pauses() ? resume(who, call) : Outcome.NOT_HERE;
            case ATTEST -> attest(who, now, call);
            case REPLAY, REPLAY_JAPANESE, REPLAY_EASY, REPLAY_ENGLISH -> replay(feature.language(), who, call);
            case PRESERVE -> preserve(who, call);
            case EMERGENCY -> Outcome.NOT_HERE;
        };
    }

    private static Outcome preserve(String who, Asked call) {
        return switch (call.preserve(who)) {
            case PROTECTED -> Outcome.DONE;
            case GONE -> Outcome.TOO_LATE;
            case UNJOURNALLED, UNKEPT -> Outcome.UNAVAILABLE;
        };
    }

    private Outcome exempt(Ground ground, @Nullable String text, String who, Instant now, Asked call) {
        Map<String, String> asked = details(call.stage(), "ground", String.valueOf(ground.number()));
        if (text != null) {
            asked.put("text", text);
        }
        if (!call.journal(who, "exemption.flag", asked)) {
            return Outcome.UNAVAILABLE;
        }
        Exemption exemption = new Exemption(ground, text, who, now, Exemption.Channel.TELEPHONE);
        return call.exempt(exemption) instanceof Exempting.InForce ? Outcome.DONE : Outcome.TOO_LATE;
    }

    private Outcome attest(String who, Instant now, Asked call) {
        if (!call.journal(who, "notice.attest", details(call.stage()))) {
            return Outcome.UNAVAILABLE;
        }
        var attestation = new CaptureBasis.Attestation(who, now, Exemption.Channel.TELEPHONE);
        return call.attest(attestation) instanceof Attesting.InForce ? Outcome.DONE : Outcome.TOO_LATE;
    }

    private static Outcome replay(@Nullable String language, String who, Asked call) {
        if (!call.journal(
                who, "notice.replay", details(call.stage(), "language", language == null ? "line" : language))) {
            return Outcome.UNAVAILABLE;
        }
        return switch (call.replay(language)) {
            case Replaying.Playing _ -> Outcome.DONE;
            case Replaying.NotDue _ -> Outcome.TOO_LATE;
            case Replaying.NoPrompt _ -> Outcome.NO_PROMPT;
            case Replaying.NotNow(var why) -> why == ReplayAnswer.NO_FRAMES ? Outcome.NO_PROMPT : Outcome.NOT_NOW;
            case Replaying.NoSuchCall _ -> Outcome.UNAVAILABLE;
        };
    }

    private Outcome object(String who, Asked call) {
        String policy = settings.objectionStops() ? "stop" : "continue";
        if (!call.journal(who, "call.objection", details(call.stage(), "policy", policy))) {
            return Outcome.UNAVAILABLE;
        }
        return call.object(settings.objectionStops()) instanceof Objecting.Marked ? Outcome.DONE : Outcome.TOO_LATE;
    }

    private Outcome pause(String who, Asked call) {
        if (!call.journal(who, "recording.pause", details(call.stage(), "reason", PAUSE_REASON))) {
            return Outcome.UNAVAILABLE;
        }
        return call.pause(true) instanceof Pausing.Paused ? Outcome.DONE : Outcome.TOO_LATE;
    }

    private Outcome resume(String who, Asked call) {
        if (!call.journal(who, "recording.resume", details(call.stage()))) {
            return Outcome.UNAVAILABLE;
        }
        return call.pause(false) instanceof Pausing.Resumed ? Outcome.DONE : Outcome.TOO_LATE;
    }

    private static Map<String, String> details(Stage stage, String... more) {
        Map<String, String> details = new TreeMap<>();
        details.put("channel", CHANNEL);
        details.put("stage", word(stage));
        for (int i = 0; i < more.length; i += 2) {
            details.put(more[i], more[i + 1]);
        }
        return details;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
