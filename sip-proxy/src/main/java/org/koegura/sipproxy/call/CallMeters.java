package org.koegura.sipproxy.call;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// What is counted of calls. Every meter exists from 0, so that a rate can be taken from the first call on.
///
/// They reconcile (R5): `recordable = complete + partial + missing + unrecorded{ended_before_notice}`. Safe to
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
        NO_PORT
    }

    private static final List<Stage> EXEMPTABLE = List.of(Stage.RINGING, Stage.NOTICE, Stage.NOT_RECORDED);

    private final MeterRegistry metrics;
    private final Set<String> languages;
    private final Map<Direction, Map<Stage, AtomicInteger>> live = new EnumMap<>(Direction.class);

    CallMeters(MeterRegistry metrics, Set<String> languages) {
        this.metrics = metrics;
        this.languages = languages;
        for (Direction direction : Direction.values()) {
            register(direction);
        }
        for (Unrecorded why : Unrecorded.values()) {
            unrecordedCounter(why);
        }
        for (Fault fault : Fault.values()) {
            faultCounter(fault);
        }
        for (Ground ground : Ground.values()) {
            for (Exemption.Channel channel : Exemption.Channel.values()) {
                EXEMPTABLE.forEach(stage -> exemptions(ground, channel, stage));
            }
        }
    }

    private void register(Direction direction) {
        Map<Stage, AtomicInteger> stages = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
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
            languages.forEach(language -> notices(direction, language, end));
            notices(direction, "other", end);
        }
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
        notices(direction, language, end).increment();
    }

    void exemption(CaptureBasis.Exempted basis) {
        exemptions(basis.exemption().ground(), basis.exemption().channel(), basis.stage())
                .increment();
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

    void fault(Fault fault) {
        faultCounter(fault).increment();
    }

    private AtomicInteger count(Direction direction, Stage stage) {
        return Objects.requireNonNull(
                Objects.requireNonNull(live.get(direction)).get(stage));
    }

    private Counter attempts(Direction direction, String outcome) {
        return Counter.builder("koegura.call.attempts")
                .description("Finished call attempts by outcome.")
                .tags("direction", word(direction), "outcome", outcome)
                .register(metrics);
    }

    private Counter recordableCounter(Direction direction) {
        return Counter.builder("koegura.recordable.calls")
                .description("Answered calls policy says must be recorded.")
                .tags("direction", word(direction))
                .register(metrics);
    }

    private Counter recordings(Direction direction, CallOutcome.Result result) {
        return Counter.builder("koegura.recordings")
                .description("Reconciled result of each recordable call.")
                .tags("direction", word(direction), "outcome", result.name().toLowerCase(Locale.ROOT))
                .register(metrics);
    }

    private Counter notices(Direction direction, String language, Effect.NoticeEnd end) {
        return Counter.builder("koegura.notices")
                .description("Notices by outcome.")
                .tags("direction", word(direction), "language", language, "method", "prompt", "outcome", Call.word(end))
                .register(metrics);
    }

    private Counter exemptions(Ground ground, Exemption.Channel channel, Stage stage) {
        return Counter.builder("koegura.exemptions")
                .description("Art. 4 proviso used: recorded without notice.")
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

    private Counter faultCounter(Fault fault) {
        return Counter.builder("koegura.call.faults")
                .description("Faults inside the control of calls, by kind.")
                .tags("kind", Call.word(fault))
                .register(metrics);
    }

    private static String word(Direction direction) {
        return switch (direction) {
            case INBOUND -> "in";
            case OUTBOUND -> "out";
            case INTERNAL -> "internal";
        };
    }
}
