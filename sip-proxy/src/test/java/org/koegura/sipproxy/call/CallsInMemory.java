package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.sipproxy.exemption.Beforehand;
import org.koegura.sipproxy.exemption.Incoming;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.telephone.Armed;
import org.koegura.sipproxy.telephone.LastCalls;

/// [Calls] with media, journal and ledger in memory.
abstract class CallsInMemory {

    static final String OFFER = sdp("192.0.2.20", 2000, "0 8");
    static final String ANSWER = sdp("192.0.2.10", 1000, "0");

    final FakeMediaPlane plane = new FakeMediaPlane(100);
    final FakeJournal journal = new FakeJournal();
    final KeptOutcomes ledger = new KeptOutcomes();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final VirtualClock clock = new VirtualClock(Calling.NOW);
    final KeptCheckpoints checkpoints = new KeptCheckpoints();
    final Calls calls;

    /// The standing exemptions that there are, by number.
    final Map<String, Exemption> standing = new ConcurrentHashMap<>();

    /// What was asked to be preserved.
    final List<Preservations.Request> preserved = new CopyOnWriteArrayList<>();

    volatile Preserving preserving = Preserving.PROTECTED;

    CallsInMemory() {
        this(Calling.ANNOUNCE);
    }

    /// @param plan what policy says of every call
    CallsInMemory(NoticeDecision plan) {
        this(_ -> plan, PressedActs.Settings.NONE);
    }

    /// @param pressed what may be asked for by keys
    CallsInMemory(NoticeDesk desk, PressedActs.Settings pressed) {
        calls = new Calls(
                plane,
                desk,
                ledger,
                journal,
                clock,
                new SecureRandom(),
                metrics,
                new CallSettings(
                        false,
                        new NoticeCodecs(Set.of("PCMU", "PCMA"), NoticeCodecs.Others.LEAVE),
                        Set.of("ja"),
                        Duration.ofMillis(300),
                        Duration.ofMinutes(5),
                        Duration.ofHours(1),
                        3,
                        64,
                        pressed),
                _ -> false,
                checkpoints,
                new Beforehand(new Armed(journal, clock, System::nanoTime), (number, _) -> standing.get(number)),
                new LastCalls(
                        request -> {
                            preserved.add(request);
                            return preserving;
                        },
                        System::nanoTime));
    }

    CallRunner ringing(CallFacts facts, @Nullable Unrecorded fixed) {
        CallRunner call = calls.begin(new Incoming(facts, fixed, false, false, facts.inside(), null), () -> {});
        call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        call.provisional(180, "a");
        return call;
    }

    void answer(CallRunner call) {
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", ANSWER));
        call.answered(200, "a");
    }

    FakeMediaPlane.Session media() {
        return plane.of(Calling.FACTS.call());
    }

    void awaitStage(Stage stage) {
        await().until(() ->
                calls.find(Calling.FACTS.call()).map(LiveCall::stage).orElse(Stage.ENDING) == stage);
    }

    CallOutcome outcome() {
        await().until(() -> calls.live() == 0);
        assertThat(ledger.all()).hasSize(1);
        return ledger.all().getFirst();
    }

    double count(String name, String... tags) {
        return metrics.get(name).tags(tags).counter().count();
    }
}
