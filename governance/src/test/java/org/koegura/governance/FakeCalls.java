package org.koegura.governance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.LiveCalls;

/// Live calls that a test arranges; remembers what was exempted.
final class FakeCalls implements LiveCalls {

    static final CallId CALL = new CallId("77ab0000000000000000000000000001");

    final List<LiveCall> up = new ArrayList<>();
    final List<Runnable> watchers = new ArrayList<>();
    final List<Exemption> exempted = new ArrayList<>();
    final List<String> pauses = new ArrayList<>();
    Pausing pausing = new Pausing.Paused(Instant.parse("2026-11-24T01:07:03Z"));
    final List<Boolean> objections = new ArrayList<>();
    Objecting objecting = new Objecting.Marked(Stage.RECORDED);
    final List<CaptureBasis.Attestation> attested = new ArrayList<>();
    final List<String> replays = new ArrayList<>();
    Replaying replaying = new Replaying.Playing("en");
    Attesting attesting = new Attesting.InForce(Stage.ORAL_NOTICE);
    Exempting outcome = new Exempting.InForce(Stage.RINGING);

    void ring() {
        CallFacts facts = new CallFacts(
                CALL,
                "a84b4c76@192.0.2.1",
                Direction.INBOUND,
                new Party("sip:201@example.com"),
                new Party("tel:+81300000000"),
                Instant.parse("2026-11-24T01:00:00Z"));
        up.add(new LiveCall(
                facts, Stage.RINGING, facts.invitedAt(), null, true, null, false, null, null, false, null, null));
    }

    @Override
    public List<LiveCall> list() {
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

    void change() {
        watchers.forEach(Runnable::run);
    }

    @Override
    public Exempting exempt(CallId call, Exemption exemption) {
        exempted.add(exemption);
        return outcome;
    }

    @Override
    public Attesting attest(CallId call, CaptureBasis.Attestation attestation) {
        attested.add(attestation);
        return attesting;
    }

    @Override
    public Replaying replay(CallId call, @Nullable String language) {
        replays.add(language == null ? "line" : language);
        return replaying;
    }

    @Override
    public List<String> replayLanguages() {
        return List.of("ja", "ja-simple", "en");
    }

    @Override
    public Pausing pause(CallId call) {
        pauses.add("pause");
        return pausing;
    }

    @Override
    public Pausing resume(CallId call) {
        pauses.add("resume");
        return pausing instanceof Pausing.Paused ? new Pausing.Resumed() : pausing;
    }

    @Override
    public Objecting object(CallId call, boolean stops) {
        objections.add(stops);
        return objecting;
    }
}
