package org.koegura.storageclient;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;

/// Checkpoints of calls as tests need them, a process that says some and dies, and the next one.
final class CheckpointSamples {

    private static final Instant NOW = TestStore.NOW;
    static final Prompt PROMPT = new Prompt("notice-ja-1", "ja", "words", "ab".repeat(32));
    static final CaptureBasis ANNOUNCED = new CaptureBasis.Announced(new NoticeProof(
            PROMPT,
            new AudioFormat(0, "PCMU", 8_000, 20),
            4_000_000_000L,
            65_530,
            340,
            347,
            NOW.minusSeconds(7),
            NOW.minusNanos(1),
            2,
            List.of(new ReceiverReport(NOW, 3, -4, 66_000, 5))));
    static final CaptureBasis EXEMPTED = new CaptureBasis.Exempted(
            new Exemption(Ground.SPECIAL, "because", "operator", NOW, Exemption.Channel.CONSOLE), Stage.RINGING);

    static final CaptureBasis ATTESTED = new CaptureBasis.Attested(
            new CaptureBasis.Attestation("operator", NOW, Exemption.Channel.API), Stage.ORAL_NOTICE);

    static final Exemption OF_A_NUMBER = Exemption.standing("cd".repeat(16), Ground.SPECIAL, "because", NOW);

    private CheckpointSamples() {}

    /// A call that is recorded on a standing exemption.
    static CallCheckpoint standing(int call) {
        CallCheckpoint of = checkpoint(call, kept(new CaptureBasis.Exempted(OF_A_NUMBER, Stage.BEFORE_CALL)));
        CallFacts facts = of.facts()
                .decided(new CallFacts.Decided(
                        "ef".repeat(32),
                        new NoticeDecision.Announce(PROMPT),
                        true,
                        OF_A_NUMBER,
                        new Party("tel:+81990123456", "+81990123456", null)));
        return new CallCheckpoint(facts, of.answeredAt(), of.standing(), of.dialog(), of.agreed(), of.media());
    }

    static CallCheckpoint checkpoint(int call, CallCheckpoint.Standing standing) {
        InetAddress six = InetAddress.ofLiteral("2001:db8::10");
        InetAddress four = InetAddress.ofLiteral("192.0.2.20");
        RemoteMedia inside = new RemoteMedia(
                new InetSocketAddress(six, 1000),
                new InetSocketAddress(six, 1001),
                six,
                List.of(new AudioFormat(0, "PCMU", 8_000, 20)),
                List.of(101),
                true);
        RemoteMedia held = new RemoteMedia(null, null, four, List.of(), List.of(), false);
        return new CallCheckpoint(
                new CallFacts(
                                new CallId("%032x".formatted(call)),
                                "call-" + call + "@example.com",
                                Direction.INBOUND,
                                new Party("sip:201@example.com", null, null),
                                new Party("tel:+81990123456", "+81990123456", null),
                                NOW,
                                new Party("sip:200@example.com"),
                                null)
                        .decided(new CallFacts.Decided(
                                "ef".repeat(32),
                                new NoticeDecision.Announce(PROMPT),
                                true,
                                new Exemption(
                                        Ground.LITIGATION,
                                        null,
                                        "extension:201",
                                        NOW.minusSeconds(3),
                                        Exemption.Channel.TELEPHONE))),
                NOW.plusNanos(123_456_789),
                standing,
                new CallCheckpoint.Dialog(
                        "passage",
                        Leg.OUTSIDE,
                        "one",
                        7,
                        "other",
                        four,
                        six,
                        new CallCheckpoint.Forms(SrtpProfile.REQUIRE, SrtpProfile.NEVER, true)),
                new CallCheckpoint.Agreed(List.of(inside), List.of(held), 0),
                new CallCheckpoint.Media(
                        List.of(new CallCheckpoint.Line(
                                0,
                                new CallCheckpoint.Side(
                                        new InetSocketAddress(six, 20_000),
                                        new InetSocketAddress(six, 998),
                                        new InetSocketAddress(six, 999),
                                        null,
                                        null),
                                new CallCheckpoint.Side(new InetSocketAddress(four, 20_002), null, null, null, null))),
                        new CallCheckpoint.Stream(
                                -5, 70_000, -9, NOW, 8_000, 160, 12, 1_920, new CallCheckpoint.Joint(77, 65_000, -1)),
                        new CallCheckpoint.Silence(RecordingSink.Span.Reason.FAX, NOW),
                        new CallCheckpoint.Pause(NOW, Duration.ofSeconds(299), NOW.plusSeconds(1))));
    }

    /// With keys of 30 bytes, all of them 0x55 or all of them 0x66.
    static CallCheckpoint underSrtp(int call) {
        CallCheckpoint plain = checkpoint(call, kept(ANNOUNCED));
        RemoteMedia party = plain.agreed().inside().getFirst();
        SrtpKeys keys = new SrtpKeys(key(0x55), key(0x66));
        RemoteMedia keyed = new RemoteMedia(
                party.rtp(),
                party.rtcp(),
                party.signalling(),
                party.formats(),
                party.otherPayloadTypes(),
                party.receives(),
                keys);
        CallCheckpoint.Line line = plain.media().lines().getFirst();
        CallCheckpoint.Side side = new CallCheckpoint.Side(
                line.inside().rtp(),
                line.inside().signalled(),
                line.inside().source(),
                null,
                null,
                new SrtpCheckpoint(
                        keys,
                        List.of(new SourceCheckpoint(-7, (3L << 16) + 5, 9), new SourceCheckpoint(8, -1, 0)),
                        List.of(new SourceCheckpoint(6, 65_535, -1))));
        return new CallCheckpoint(
                plain.facts(),
                plain.answeredAt(),
                plain.standing(),
                plain.dialog(),
                new CallCheckpoint.Agreed(List.of(keyed), plain.agreed().outside(), 0),
                new CallCheckpoint.Media(List.of(new CallCheckpoint.Line(0, side, line.outside())), null));
    }

    static MasterKey key(int octet) {
        byte[] bytes = new byte[30];
        Arrays.fill(bytes, (byte) octet);
        return new MasterKey(CryptoSuite.AES_CM_128_HMAC_SHA1_80, bytes);
    }

    static CallCheckpoint.Standing kept(CaptureBasis basis) {
        return new CallCheckpoint.Standing(null, basis, null, false, new RecordingId("0b".repeat(16)));
    }

    static CallCheckpoint.Standing unrecorded(Unrecorded why) {
        return new CallCheckpoint.Standing(null, null, why, true, null);
    }

    /// What goes on under another name once that was taken up.
    static CallCheckpoint continued(CallCheckpoint before, int call) {
        CallCheckpoint after = checkpoint(call, kept(ANNOUNCED));
        return new CallCheckpoint(
                before.facts().continuedAs(after.facts().call()),
                after.answeredAt(),
                after.standing(),
                after.dialog(),
                after.agreed(),
                after.media());
    }

    static void say(LocalStore store, LeftCall left) {
        store.checkpoints().changed(left.facts().call(), () -> left);
    }

    /// As after a kill: the call is still up when the store closes.
    static void leave(Path data, LeftCall checkpoint) throws Exception {
        try (LocalStore store = TestStore.open(data)) {
            say(store, checkpoint);
        }
    }

    /// What the next start takes up, which dies before it says anything.
    static List<CallCheckpoint> left(Path killed) throws Exception {
        try (LocalStore next = TestStore.open(killed)) {
            return next.checkpoints().left();
        }
    }
}
