package org.koegura.sipproxy.call;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.Unrecorded;

/// What is counted of calls. Every meter exists from 0, so that a rate can be taken from the first call on.
///
/// They reconcile (R5): `recordable = complete + partial + missing + unrecorded{ended_before_notice, fax, not_attested,
/// objection}`.
/// Safe to
/// use from any thread.
final class CallMeters {

    /// What went wrong inside the control of calls.
    enum Fault {
        MAILBOX_OVERFLOW,
        SEAL_OVERDUE,
        JOURNAL,
        EFFECT,
        PASS,
        UNREADABLE_SDP,
        NO_PORT,
        /// More early dialogs than are followed at once.
        FORK_FORGOTTEN,
        /// More messages with descriptions, or larger ones, than are kept for their retransmission.
        DESCRIPTION_FORGOTTEN,
        /// A party wanted media at a socket of SIP, at our own port, or at a loopback address that is not its own.
        MISDIRECTED_MEDIA,
        /// A party answered in another form, SRTP or plain, than the one that is set: its audio was
        /// declined.
        SRTP_NOT_AGREED,
        /// An offer in mid-call was refused since nothing more could have been recorded: the call goes on as it was.
        UNRECORDABLE_OFFER,
        /// Parties who spoke plain turned to SRTP between them, by their descriptions or by ZRTP: that time is not
        /// recorded.
        SEALED_IN_MID_CALL,
        /// Whoever answered agreed to something else than we had said for it while it rang (trap 36).
        EARLY_ANSWER_DIFFERS
    }

    /// Why speech that was to be recorded was not: declared gaps, lost commands, and calls that are missing.
    private static final Set<String> LOST_REASONS = Stream.of(
                    Arrays.stream(Gap.Reason.values()).map(Call::word),
                    Stream.of(StreamAccount.Withheld.COMMAND_LOST).map(Call::word),
                    Arrays.stream(Unrecorded.values())
                            .filter(why -> !why.intended())
                            .map(Call::word))
            .flatMap(words -> words)
            .collect(Collectors.toUnmodifiableSet());

    /// Why calls are refused that fail closed.
    private static final List<Unrecorded> REFUSING = List.of(
            Unrecorded.NO_PORT, Unrecorded.UNREADABLE_SDP, Unrecorded.ENCRYPTED_MEDIA, Unrecorded.UNSUPPORTED_CODEC);

    private static final List<Stage> EXEMPTABLE =
            List.of(Stage.RINGING, Stage.NOTICE, Stage.ORAL_NOTICE, Stage.NOT_RECORDED);

    private static final String PROMPT = "prompt";

    private final MeterRegistry metrics;
    private final Set<String> languages;
    private final Map<Direction, Map<Stage, AtomicInteger>> live = new EnumMap<>(Direction.class);
    private final Map<Direction, Timer> postDialDelays = new EnumMap<>(Direction.class);
    private final Map<Direction, Timer> durations = new EnumMap<>(Direction.class);
    private final AtomicInteger exempted = new AtomicInteger();

    /// When each ended, in Unix seconds; bounded by the calls that are up.
    private final Map<CallId, Long> unreconciled = new ConcurrentHashMap<>();

    CallMeters(MeterRegistry metrics, Set<String> languages) {
        this.metrics = metrics;
        this.languages = languages;
        for (Direction direction : Direction.values()) {
            register(direction);
        }
        noticeWait(Direction.INBOUND, true);
        for (Unrecorded why : Unrecorded.values()) {
            unrecordedCounter(why);
        }
        REFUSING.forEach(this::refusedCounter);
        srtpFallbacks();
        for (Fault fault : Fault.values()) {
            faultCounter(fault);
        }
        for (Ground ground : Ground.values()) {
            for (Exemption.Channel channel : EnumSet.complementOf(EnumSet.of(Exemption.Channel.STANDING))) {
                EXEMPTABLE.forEach(stage -> exemptions(ground, channel, stage));
            }
            exemptions(ground, Exemption.Channel.TELEPHONE, Stage.BEFORE_CALL);
            exemptions(ground, Exemption.Channel.STANDING, Stage.BEFORE_CALL);
        }
        LOST_REASONS.forEach(this::lostCounter);
        Gauge.builder("koegura.exemptions.active", exempted, AtomicInteger::get)
                .description("Exemption flags armed now.")
                .tag("scope", "call")
                .register(metrics);
        Gauge.builder("koegura.reconcile.oldest.pending.timestamp", unreconciled, CallMeters::oldest)
                .baseUnit("seconds")
                .description(
                        "Unix time the oldest ended recordable call without a reconciled outcome ended; 0 if none.")
                .register(metrics);
    }

    private void register(Direction direction) {
        Map<Stage, AtomicInteger> stages = new EnumMap<>(Stage.class);
        for (Stage stage : EnumSet.complementOf(EnumSet.of(Stage.BEFORE_CALL))) {
            AtomicInteger calls = new AtomicInteger();
            stages.put(stage, calls);
            Gauge.builder("koegura.calls", calls, AtomicInteger::get)
                    .description("Calls in progress by state.")
                    .tags("state", Call.word(stage), "direction", word(direction))
                    .register(metrics);
        }
        live.put(direction, stages);
        attempts(direction, "answered");
        for (EndReason reason :
                List.of(EndReason.CANCELLED, EndReason.REJECTED, EndReason.TIMED_OUT, EndReason.SHUTDOWN)) {
            attempts(direction, Call.word(reason));
        }
        recordableCounter(direction);
        for (CallOutcome.Result result :
                List.of(CallOutcome.Result.COMPLETE, CallOutcome.Result.PARTIAL, CallOutcome.Result.MISSING)) {
            recordings(direction, result);
        }
        for (Effect.NoticeEnd end : Effect.NoticeEnd.values()) {
            languages.forEach(language -> notices(direction, language, PROMPT, end));
            notices(direction, "other", PROMPT, end);
        }
        oralNotices(direction);
        unnoticedCounter(direction);
        recordedCounter(direction);
        postDialDelays.put(direction, postDialDelay(direction));
        noticeWait(direction, false);
        durations.put(direction, duration(direction));
    }

    /// Moves one call from one stage to another; null is where it comes from before, and goes to after its
    /// life.
    void moved(Direction direction, @Nullable Stage from, @Nullable Stage to) {
        if (from != null) {
            count(direction, from).decrementAndGet();
        }
        if (to != null) {
            count(direction, to).incrementAndGet();
        }
    }

    void attempt(Direction direction, boolean answered, EndReason reason) {
        attempts(direction, answered ? "answered" : Call.word(reason)).increment();
    }

    void recordable(Direction direction) {
        recordableCounter(direction).increment();
    }

    void notice(Direction direction, Prompt prompt, Effect.NoticeEnd end) {
        String language = languages.contains(prompt.language()) ? prompt.language() : "other";
        notices(direction, language, PROMPT, end).increment();
    }

    /// Staff attested that they told the other party.
    void attestation(Direction direction) {
        oralNotices(direction).increment();
    }

    /// An exemption is in force until [#exemptionOver].
    void exemption(CaptureBasis.Exempted basis) {
        exemptions(basis.exemption().ground(), basis.exemption().channel(), basis.stage())
                .increment();
        exempted.incrementAndGet();
    }

    void exemptionOver() {
        exempted.decrementAndGet();
    }

    /// A recordable call ended; its outcome is awaited until [#reconciled].
    void unreconciled(CallId call, Instant endedAt) {
        unreconciled.put(call, endedAt.getEpochSecond());
    }

    void reconciled(CallId call) {
        unreconciled.remove(call);
    }

    /// Packets were kept of a call that was never to be captured. It is what this room knows of itself: what is in the
    /// sealed recordings is counted elsewhere.
    void unnoticed(Direction direction) {
        unnoticedCounter(direction).increment();
    }

    void recorded(Direction direction, Duration speech) {
        recordedCounter(direction).increment(seconds(speech));
    }

    void lost(Enum<?> reason, Duration speech) {
        lostCounter(Call.word(reason)).increment(seconds(speech));
    }

    void rang(Direction direction, Duration afterInvite) {
        Objects.requireNonNull(postDialDelays.get(direction)).record(afterInvite);
    }

    /// @param early whether the notice was begun before the answer
    void waited(Direction direction, boolean early, Duration forNotice) {
        noticeWait(direction, early).record(forNotice);
    }

    void talked(Direction direction, Duration answered) {
        Objects.requireNonNull(durations.get(direction)).record(answered);
    }

    void outcome(Direction direction, CallOutcome.Result result, @Nullable Unrecorded why) {
        switch (result) {
            case COMPLETE, PARTIAL, MISSING -> recordings(direction, result).increment();
            case INTENTIONALLY_NOT, NOT_ANSWERED -> {}
        }
        if (why != null) {
            unrecordedCounter(why).increment();
        }
    }

    /// A call was refused since it could not be recorded.
    void refused(Unrecorded why) {
        refusedCounter(why).increment();
    }

    /// A party that may speak SRTP or plain refused SRTP, and was offered plain RTP.
    void srtpRefused() {
        srtpFallbacks().increment();
    }

    void fault(Fault fault) {
        faultCounter(fault).increment();
    }

    private AtomicInteger count(Direction direction, Stage stage) {
        return Objects.requireNonNull(
                Objects.requireNonNull(live.get(direction)).get(stage));
    }

    private Counter attempts(Direction direction, String outcome) {
        return Counter.builder("koegura.call.attempts")
                .description("Finished call attempts by outcome (ASR/NER inputs).")
                .tags("direction", word(direction), "outcome", outcome)
                .register(metrics);
    }

    private Counter recordableCounter(Direction direction) {
        return Counter.builder("koegura.recordable.calls")
                .description("Answered calls policy says must be recorded (counted by the SIP layer).")
                .tags("direction", word(direction))
                .register(metrics);
    }

    private Counter recordings(Direction direction, CallOutcome.Result result) {
        return Counter.builder("koegura.recordings")
                .description("Reconciled result of each recordable call.")
                .tags("direction", word(direction), "outcome", result.name().toLowerCase(Locale.ROOT))
                .register(metrics);
    }

    /// In which language, nobody knows.
    private Counter oralNotices(Direction direction) {
        return notices(direction, "unknown", "oral", Effect.NoticeEnd.COMPLETED);
    }

    private Counter notices(Direction direction, String language, String method, Effect.NoticeEnd end) {
        return Counter.builder("koegura.notices")
                .description("Notices by outcome.")
                .tags("direction", word(direction), "language", language, "method", method, "outcome", Call.word(end))
                .register(metrics);
    }

    private Counter exemptions(Ground ground, Exemption.Channel channel, Stage stage) {
        return Counter.builder("koegura.exemptions")
                .description("Art. 4 proviso used: silent recording.")
                .tags("ground", String.valueOf(ground.number()))
                .tags("channel", Call.word(channel), "stage", Call.word(stage))
                .register(metrics);
    }

    private Counter unrecordedCounter(Unrecorded why) {
        return Counter.builder("koegura.calls.unrecorded")
                .description("Answered calls of which nothing was kept, by reason.")
                .tags("reason", Call.word(why))
                .register(metrics);
    }

    private Counter refusedCounter(Unrecorded why) {
        return Counter.builder("koegura.calls.refused")
                .description(
                        "Calls refused because they could not be recorded and are set to fail closed, or spoke SRTP or"
                                + " plain where the other is set.")
                .tags("reason", Call.word(why))
                .register(metrics);
    }

    private Counter srtpFallbacks() {
        return Counter.builder("koegura.srtp.fallbacks")
                .description(
                        "Calls whose SRTP a neighbour set to prefer refused by 488, and that were offered plain RTP.")
                .register(metrics);
    }

    private Counter faultCounter(Fault fault) {
        return Counter.builder("koegura.call.faults")
                .description("Faults inside the control of calls, by kind.")
                .tags("kind", Call.word(fault))
                .register(metrics);
    }

    private Counter unnoticedCounter(Direction direction) {
        return Counter.builder("koegura.gate.unnoticed.recordings")
                .description(
                        "Calls of which packets were kept though their capture never began, by the count of the gate"
                                + " itself. Must stay 0.")
                .tags("direction", word(direction))
                .register(metrics);
    }

    private Counter recordedCounter(Direction direction) {
        return Counter.builder("koegura.recorded")
                .baseUnit("seconds")
                .description("Seconds of speech captured.")
                .tags("direction", word(direction))
                .register(metrics);
    }

    private Counter lostCounter(String reason) {
        return Counter.builder("koegura.lost")
                .baseUnit("seconds")
                .description("Seconds of recordable speech not captured.")
                .tags("reason", reason)
                .register(metrics);
    }

    private Timer postDialDelay(Direction direction) {
        return Timer.builder("koegura.call.post.dial.delay")
                .description("INVITE to first 18x or 200.")
                .tags("direction", word(direction))
                .serviceLevelObjectives(millis(500, 1000, 2000, 3000, 5000, 8000, 12_000, 20_000))
                .register(metrics);
    }

    /// The registry takes no bound of 0: one millisecond stands for no wait.
    private Timer noticeWait(Direction direction, boolean early) {
        return Timer.builder("koegura.call.notice.wait")
                .description("Extra seconds before two-way speech caused by the notice.")
                .tags("direction", word(direction), "mode", early ? "early" : "answer")
                .serviceLevelObjectives(millis(1, 500, 1000, 2000, 4000, 6000, 8000, 10_000, 15_000, 20_000))
                .register(metrics);
    }

    private Timer duration(Direction direction) {
        return Timer.builder("koegura.call.duration")
                .description("Answered call length.")
                .tags("direction", word(direction))
                .serviceLevelObjectives(LongStream.of(10, 30, 60, 180, 300, 600, 1200, 1800, 3600, 7200)
                        .mapToObj(Duration::ofSeconds)
                        .toArray(Duration[]::new))
                .register(metrics);
    }

    private static Duration[] millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    private static double oldest(Map<CallId, Long> pending) {
        return pending.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    private static double seconds(Duration duration) {
        return (double) duration.toMillis() / 1000;
    }

    private static String word(Direction direction) {
        return switch (direction) {
            case INBOUND -> "in";
            case OUTBOUND -> "out";
            case INTERNAL -> "internal";
        };
    }
}
