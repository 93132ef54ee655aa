package org.koegura.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls;
import org.koegura.callmodel.replay.ReplayAnswer;

/// Live calls that a test arranges. An exemption moves a call on as a real one would; what was flagged is remembered.
final class ArrangedCalls implements LiveCalls {

    static final String INSIDE = "sip:201@example.com";
    static final String OUTSIDE = "tel:+81300000000";
    static final Instant INVITED = Instant.parse("2026-11-24T01:00:00Z");

    private static final Set<Stage> EXEMPTABLE = Set.of(Stage.RINGING, Stage.NOTICE, Stage.ORAL_NOTICE);

    private static final Set<Stage> PAUSABLE = Set.of(Stage.NOTICE, Stage.RECORDED, Stage.RECORDED_WITHOUT_NOTICE);

    static final Instant PAUSED_UNTIL = Instant.parse("2026-11-24T01:07:03Z");

    static final Instant OBJECTED = Instant.parse("2026-11-24T01:02:30Z");

    final List<Exemption> exempted = new CopyOnWriteArrayList<>();

    final List<CaptureBasis.Attestation> attested = new CopyOnWriteArrayList<>();

    /// In which languages the notice was played once more.
    final List<String> replays = new CopyOnWriteArrayList<>();

    /// Why none is; null where it is.
    @Nullable
    ReplayAnswer unplayed;

    @Nullable
    Throwable fault;

    private final List<LiveCall> up = new CopyOnWriteArrayList<>();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    CallId add(Stage stage) {
        return add(stage, new Party(OUTSIDE), null);
    }

    CallId add(Stage stage, Party outside, @Nullable Unrecorded why) {
        CallId call = new CallId(String.format("77ab%028x", up.size() + 1));
        Direction direction = up.size() % 2 == 0 ? Direction.INBOUND : Direction.OUTBOUND;
        CallFacts facts = new CallFacts(call, "a84b4c76@192.0.2.1", direction, new Party(INSIDE), outside, INVITED);
        boolean exemptable = stage == Stage.NOT_RECORDED ? why == Unrecorded.NOTICE_FAILED : EXEMPTABLE.contains(stage);
        up.add(new LiveCall(
                facts,
                stage,
                INVITED.plusSeconds(up.size()),
                null,
                exemptable,
                null,
                stage == Stage.ORAL_NOTICE || why == Unrecorded.NOTICE_FAILED,
                why,
                null,
                PAUSABLE.contains(stage),
                null,
                null));
        tell();
        return call;
    }

    /// The call was answered and stands there now.
    void answered(CallId call, Stage stage, Instant at) {
        LiveCall live = find(call).orElseThrow();
        up.set(
                up.indexOf(live),
                new LiveCall(
                        live.facts(),
                        stage,
                        at,
                        at,
                        false,
                        null,
                        false,
                        null,
                        null,
                        PAUSABLE.contains(stage),
                        null,
                        null));
        tell();
    }

    void over(CallId call) {
        up.remove(find(call).orElseThrow());
        tell();
    }

    private void tell() {
        watchers.forEach(Runnable::run);
    }

    @Override
    public List<LiveCall> list() {
        switch (fault) {
            case null -> {}
            case RuntimeException arranged -> throw arranged;
            case Error arranged -> throw arranged;
            case Throwable other -> throw new IllegalArgumentException(other);
        }
        return List.copyOf(up);
    }

    @Override
    public Optional<LiveCall> find(CallId call) {
        return up.stream().filter(live -> live.facts().call().equals(call)).findFirst();
    }

    @Override
    public void watch(Runnable changed) {
        watchers.add(changed);
    }

    @Override
    public Exempting exempt(CallId call, Exemption exemption) {
        LiveCall live = find(call).orElseThrow();
        return switch (live.stage()) {
            case RINGING, NOTICE, ORAL_NOTICE -> {
                exempted.add(exemption);
                Stage next = live.stage() == Stage.NOTICE ? Stage.RECORDED_WITHOUT_NOTICE : Stage.RINGING;
                up.set(
                        up.indexOf(live),
                        new LiveCall(
                                live.facts(),
                                next,
                                exemption.at(),
                                null,
                                false,
                                exemption.ground(),
                                false,
                                null,
                                null,
                                PAUSABLE.contains(next),
                                null,
                                null));
                tell();
                yield new Exempting.InForce(live.stage());
            }
            case BEFORE_CALL, RECORDED, RECORDED_WITHOUT_NOTICE, NOT_RECORDED, ENDING ->
                new Exempting.TooLate(live.stage());
        };
    }

    @Override
    public Attesting attest(CallId call, CaptureBasis.Attestation attestation) {
        LiveCall live = find(call).orElseThrow();
        if (!live.attestable()) {
            return new Attesting.NotDue(live.stage());
        }
        attested.add(attestation);
        answered(call, Stage.RECORDED, attestation.at());
        return new Attesting.InForce(live.stage());
    }

    @Override
    public Replaying replay(CallId call, @Nullable String language) {
        LiveCall live = find(call).orElseThrow();
        if (live.stage() != Stage.RECORDED) {
            return new Replaying.NotDue(live.stage());
        }
        if (unplayed != null) {
            return new Replaying.NotNow(unplayed);
        }
        replays.add(language == null ? "line" : language);
        return new Replaying.Playing(language == null ? "ja" : language);
    }

    @Override
    public List<String> replayLanguages() {
        return List.of("ja", "ja-simple", "en");
    }

    @Override
    public Pausing pause(CallId call) {
        return paused(call, PAUSED_UNTIL, new Pausing.Paused(PAUSED_UNTIL));
    }

    @Override
    public Pausing resume(CallId call) {
        return paused(call, null, new Pausing.Resumed());
    }

    private Pausing paused(CallId call, @Nullable Instant until, Pausing outcome) {
        LiveCall live = find(call).orElseThrow();
        if (!live.pausable()) {
            return new Pausing.NotKept(live.stage());
        }
        up.set(
                up.indexOf(live),
                new LiveCall(
                        live.facts(),
                        live.stage(),
                        live.since(),
                        live.answeredAt(),
                        live.exemptable(),
                        live.exempted(),
                        live.attestable(),
                        live.unrecorded(),
                        live.recording(),
                        true,
                        until,
                        live.objectedAt()));
        tell();
        return outcome;
    }

    /// As one does that policy lets be recorded on.
    @Override
    public Objecting object(CallId call, boolean stops) {
        LiveCall live = find(call).orElseThrow();
        if (live.answeredAt() == null) {
            return new Objecting.NotUp(live.stage());
        }
        up.set(
                up.indexOf(live),
                new LiveCall(
                        live.facts(),
                        live.stage(),
                        live.since(),
                        live.answeredAt(),
                        live.exemptable(),
                        live.exempted(),
                        live.attestable(),
                        live.unrecorded(),
                        live.recording(),
                        live.pausable(),
                        live.pausedUntil(),
                        OBJECTED));
        tell();
        return new Objecting.Marked(live.stage());
    }
}
