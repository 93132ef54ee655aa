package org.koegura.sipproxy.call;

import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.StandingExemptions;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.sipproxy.exemption.Beforehand;
import org.koegura.sipproxy.exemption.Incoming;
import org.koegura.sipproxy.telephone.Armed;
import org.koegura.sipproxy.telephone.LastCalls;

/// A process that dies in a call, what it says of it, and the next one.
abstract class TwoProcesses {

    static final CallCheckpoint.Dialog DIALOG = new CallCheckpoint.Dialog(
            "passage",
            OUTSIDE,
            "caller",
            1,
            "a",
            InetAddress.ofLiteral("192.0.2.20"),
            InetAddress.ofLiteral("192.0.2.10"),
            CallCheckpoint.Forms.PASSING);

    final FakeMediaPlane before = new FakeMediaPlane(10);
    final FakeMediaPlane after = new FakeMediaPlane(10);
    final KeptCheckpoints said = new KeptCheckpoints();
    final KeptCheckpoints saidAgain = new KeptCheckpoints();
    final KeptOutcomes ledger = new KeptOutcomes();
    final Calls first = calls(before, said);
    final Calls second = calls(after, saidAgain);

    /// What policy says of every call.
    NoticeDecision plan = Calling.ANNOUNCE;

    final Calls calls(FakeMediaPlane plane, KeptCheckpoints checkpoints) {
        return new Calls(
                plane,
                _ -> plan,
                ledger,
                new FakeJournal(),
                new VirtualClock(Calling.NOW),
                new SecureRandom(),
                new SimpleMeterRegistry(),
                CallSettings.defaults(),
                _ -> false,
                checkpoints,
                new Beforehand(
                        new Armed(new FakeJournal(), new VirtualClock(Calling.NOW), System::nanoTime),
                        StandingExemptions.NONE),
                new LastCalls(Preservations.NONE, System::nanoTime));
    }

    static CallRunner answered(Calls calls, FakeMediaPlane plane) {
        CallRunner call =
                calls.begin(new Incoming(Calling.FACTS, null, false, false, Calling.FACTS.inside(), null), () -> {});
        call.dialog(() -> DIALOG);
        call.pass(request(OUTSIDE, "INVITE", 1, "", sdp("192.0.2.20", 2000, "0")));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", sdp("192.0.2.10", 1000, "0")));
        call.answered(200, "a");
        FakeMediaPlane.Session media = plane.of(Calling.FACTS.call());
        media.events().moved(media.checkpoint());
        return call;
    }

    FakeMediaPlane.Session media() {
        return before.of(Calling.FACTS.call());
    }

    CallCheckpoint left(Stage stage) {
        await().until(() ->
                first.find(Calling.FACTS.call()).map(LiveCall::stage).orElseThrow() == stage);
        await().until(() -> said.of(Calling.FACTS.call()) != null);
        return Objects.requireNonNull(said.of(Calling.FACTS.call()));
    }

    LeftCall.Owed owed() {
        await().until(() -> said.owed(Calling.FACTS.call()) != null);
        return Objects.requireNonNull(said.owed(Calling.FACTS.call()));
    }

    static SrtpKeys keys() {
        CryptoSuite suite = CryptoSuite.AES_CM_128_HMAC_SHA1_80;
        SecureRandom random = new SecureRandom();
        return new SrtpKeys(MasterKey.fresh(suite, random), MasterKey.fresh(suite, random));
    }

    static CallCheckpoint.Media using(@Nullable SrtpKeys keys, long packetIndex) {
        InetSocketAddress own = new InetSocketAddress(InetAddress.getLoopbackAddress(), 20_000);
        SrtpCheckpoint used = keys == null
                ? null
                : new SrtpCheckpoint(keys, List.of(new SourceCheckpoint(1, packetIndex, 7)), List.of());
        return new CallCheckpoint.Media(
                List.of(new CallCheckpoint.Line(
                        0,
                        new CallCheckpoint.Side(own, null, null, null, null),
                        new CallCheckpoint.Side(own, null, null, null, null, used))),
                null);
    }

    static RemoteMedia receiving(@Nullable SrtpKeys keys) {
        return new RemoteMedia(null, null, InetAddress.ofLiteral("192.0.2.20"), List.of(), List.of(), true, keys);
    }
}
