package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome.Result;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.NoticeDesk;

/// Forks, spirals, and calls that cannot be recorded.
class ForkAndRefusalTest {

    @SuppressWarnings("NullAway.Init") // set before each
    private ProxyBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ProxyBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private LiveCall live() {
        return bench.proxy.liveCalls().list().getFirst();
    }

    @Test
    void aSecondForkThatAnswersTooPassesAndItsEndIsNotTheCalls() {
        String invite = bench.invite("fork@example.com");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String first = bench.telephone.receive("SIP/2.0 200 OK");
        bench.registrar.send(
                SipPeer.response(invite, "200 OK", "other", "Content-Type: application/sdp\r\n", ProxyBench.sdp(6000)),
                bench.address());
        String second = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.one(second, "To")).endsWith("tag=other");
        assertThat(SipPeer.body(second)).doesNotContain("m=audio 6000");

        // the caller ends the fork that answered too late (RFC 3261 §13.2.2.4); the call goes on
        bench.telephone.send(bench.inDialog("ACK", "fork@example.com", 1, second, "", ""), bench.address());
        bench.registrar.receive("ACK ");
        bench.telephone.send(bench.inDialog("BYE", "fork@example.com", 2, second, "", ""), bench.address());
        bench.registrar.send(
                SipPeer.response(bench.registrar.receive("BYE "), "200 OK", "other", "", ""), bench.address());
        bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(bench.inDialog("ACK", "fork@example.com", 1, first, "", ""), bench.address());
        bench.registrar.receive("ACK ");
        await().until(() -> bench.session().done().contains("acknowledged"));
        assertThat(bench.session().done()).noneMatch(what -> what.startsWith("close"));
        bench.telephone.send(bench.inDialog("BYE", "fork@example.com", 3, first, "", ""), bench.address());
        bench.registrar.receive("BYE ");
        await().until(() -> bench.lastResult() != null);
    }

    @Test
    void aRingingThatItsAnswerOvertookEndsHereAndARepeatedAnswerPasses() {
        String invite = bench.invite("overtaken@example.com");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String answer = bench.telephone.receive("SIP/2.0 200 OK");
        bench.respond(invite, "180 Ringing", "");
        bench.respond(invite, "486 Busy Here", "");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        assertThat(bench.telephone.next(5_000)).isEqualTo(answer);
        assertThat(bench.count("koegura.sip.dropped", "reason", "stray_response"))
                .isEqualTo(2);
    }

    @Test
    void anInviteThatOnlyClaimsToHaveBeenHereBeforeIsACallOfItsOwn() {
        String invite = bench.invite("claimed@example.com");
        String ours = SipPeer.one(invite, "Via");
        String forged = bench.outbound("forged@example.com", "1 INVITE")
                .replaceFirst("Max-Forwards", "Via: " + ours + "\r\nMax-Forwards");
        bench.telephone.send(forged, bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        bench.registrar.receive("INVITE ");
        assertThat(bench.proxy.liveCalls().list()).hasSize(2);
    }

    @Test
    void aCallThatComesBackToATelephoneOfOursIsInternalAndCountedOnce() {
        String first = bench.invite("spiral@example.com");
        // the registrar sends it on to another telephone of ours, by our Path, with its own Via on top
        String second = first.replaceFirst("sip:0990123@[^ ]*", "sip:202@" + bench.telephone.hostPort())
                .replaceFirst(
                        "Via: ",
                        "Route: <sip:" + bench.hostPort() + ";lr;" + ProxyBench.pathMark(bench.telephone.hostPort())
                                + ">\r\nVia: SIP/2.0/UDP " + bench.registrar.hostPort()
                                + ";branch=z9hG4bKregistrar\r\nVia: ");
        bench.registrar.send(second, bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        String atCallee = bench.telephone.receive("INVITE sip:202@");
        assertThat(SipPeer.all(atCallee, "Record-Route")).hasSize(2);
        assertThat(bench.proxy.liveCalls().list()).hasSize(1);
        bench.telephone.send(
                SipPeer.response(atCallee, "200 OK", "b", "Content-Type: application/sdp\r\n", ProxyBench.sdp(5000)),
                bench.address());
        String atRegistrar = bench.registrar.receive("SIP/2.0 200 OK");
        bench.registrar.send(atRegistrar.replaceFirst("Via: [^\r]*registrar[^\r]*\r\n", ""), bench.address());
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.all(ok, "Via")).hasSize(1);
        await().until(() -> live().unrecorded() == Unrecorded.INTERNAL);
        assertThat(bench.session().done()).doesNotContain("playNotice");
    }

    private void callAndAnswer(ProxyBench at, String callId, String parties) {
        String type = "Content-Type: application/sdp\r\n";
        at.telephone.send(
                at.request(
                        at.telephone,
                        "INVITE sip:202@" + at.registrar.hostPort(),
                        callId,
                        "1 INVITE",
                        parties + type,
                        ProxyBench.sdp(4000)),
                at.address());
        at.telephone.receive("SIP/2.0 100 ");
        String invite = at.registrar.receive("INVITE sip:202@");
        at.registrar.send(SipPeer.response(invite, "200 OK", "b", type, ProxyBench.sdp(5000)), at.address());
        at.telephone.receive("SIP/2.0 200 ");
    }

    @Test
    void aColleagueWhoseCallsTheRegistrarSendsToAMobileIsTold() throws Exception {
        try (ProxyBench site = ProxyBench.withExtensions("2xx")) {
            callAndAnswer(
                    site, "mobile@example.com", "From: <sip:201@example.com>;tag=a\r\nTo: <sip:202@example.com>\r\n");
            await().until(() -> site.proxy.liveCalls().list().getFirst().stage() == Stage.NOTICE);
        }
    }

    @Test
    void aTelephoneThatWithholdsItsNumberIsInsideAllTheSame() throws Exception {
        try (ProxyBench site = ProxyBench.withExtensions("2xx")) {
            callAndAnswer(
                    site,
                    "withheld@example.com",
                    "From: <sip:anonymous@anonymous.invalid>;tag=a\r\nTo: <sip:0990123@example.com>\r\n");
            await().until(() -> site.proxy.liveCalls().list().getFirst().stage() == Stage.NOTICE);
        }
    }

    @Test
    void aForkBesideIsACallOfItsOwn() {
        for (String branch : List.of("z9hG4bKone", "z9hG4bKtwo")) {
            String parties = "From: <sip:0990111@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";
            String path = "Route: <sip:" + bench.hostPort() + ";lr;" + ProxyBench.pathMark(bench.telephone.hostPort())
                    + ">\r\nContent-Type: application/sdp\r\n";
            bench.registrar.send(
                    bench.request(
                                    bench.registrar,
                                    "INVITE sip:201@" + bench.telephone.hostPort(),
                                    "forked@example.com",
                                    "1 INVITE",
                                    parties + path,
                                    ProxyBench.sdp(4000))
                            .replaceFirst("branch=[^;]*", "branch=" + branch),
                    bench.address());
            bench.registrar.receive("SIP/2.0 100 ");
            bench.telephone.receive("INVITE sip:201@");
        }
        assertThat(bench.proxy.liveCalls().list()).hasSize(2);
    }

    @Test
    void withoutAFreePortTheCallPassesAsItIs() throws Exception {
        try (ProxyBench poor = new ProxyBench(0, 0, false)) {
            String type = "Content-Type: application/sdp\r\n";
            poor.telephone.send(
                    poor.request(
                            poor.telephone,
                            "INVITE sip:0990123@" + poor.registrar.hostPort(),
                            "poor@example.com",
                            "1 INVITE",
                            ProxyBench.FROM_TO + type,
                            ProxyBench.sdp(4000)),
                    poor.address());
            String invite = poor.registrar.receive("INVITE ");
            assertThat(SipPeer.body(invite)).isEqualTo(ProxyBench.sdp(4000));
            poor.registrar.send(SipPeer.response(invite, "200 OK", "b", type, ProxyBench.sdp(5000)), poor.address());
            poor.telephone.receive("SIP/2.0 100 ");
            assertThat(SipPeer.body(poor.telephone.receive("SIP/2.0 200 "))).isEqualTo(ProxyBench.sdp(5000));
            await().until(() -> poor.proxy.liveCalls().list().getFirst().unrecorded() == Unrecorded.NO_PORT);
        }
    }

    @Test
    void aSessionDescriptionThatCannotBeReadPassesAsItIsAndIsCounted() {
        String unreadable = "v=0\r\no=x\r\nm=audio none RTP/AVP 0\r\n";
        bench.telephone.send(offering(bench, unreadable), bench.address());
        assertThat(SipPeer.body(bench.registrar.receive("INVITE "))).isEqualTo(unreadable);
        assertThat(bench.count("koegura.call.faults", "kind", "unreadable_sdp")).isEqualTo(1);
    }

    @Test
    void whereTheSettingSaysSoWhatCannotBeRecordedIsRefused() throws Exception {
        try (ProxyBench strict = ProxyBench.strict(100)) {
            strict.telephone.send(offering(strict, "v=0\r\no=x\r\nm=audio none RTP/AVP 0\r\n"), strict.address());
            strict.telephone.receive("SIP/2.0 100 ");
            assertThat(SipPeer.all(strict.telephone.receive("SIP/2.0 488 "), "Reason"))
                    .containsExactly("SIP;cause=488;text=\"Cannot be recorded: session description not understood\"");
            assertThat(strict.registrar.next(100)).isEmpty();
            await().until(() -> strict.lastResult() == Result.NOT_ANSWERED);
            assertThat(strict.count("koegura.calls.refused", "reason", "unreadable_sdp"))
                    .isEqualTo(1);
        }
        try (ProxyBench strict = ProxyBench.strict(0)) {
            strict.telephone.send(offering(strict, ProxyBench.sdp(4000)), strict.address());
            strict.telephone.receive("SIP/2.0 100 ");
            assertThat(SipPeer.all(strict.telephone.receive("SIP/2.0 503 "), "Reason"))
                    .containsExactly("SIP;cause=503;text=\"Cannot be recorded: no media port is free\"");
            assertThat(strict.registrar.next(100)).isEmpty();
            await().until(() -> strict.lastResult() == Result.NOT_ANSWERED);
            assertThat(strict.count("koegura.calls.refused", "reason", "no_port"))
                    .isEqualTo(1);
        }
    }

    @Test
    void whereTheSettingSaysSoAudioThatNobodyCanReadIsRefused() throws Exception {
        try (ProxyBench strict = ProxyBench.strict(100)) {
            strict.telephone.send(
                    offering(strict, ProxyBench.sdp(4000).replace("RTP/AVP", "UDP/TLS/RTP/SAVPF")), strict.address());
            strict.telephone.receive("SIP/2.0 100 ");
            assertThat(SipPeer.all(strict.telephone.receive("SIP/2.0 488 "), "Reason"))
                    .containsExactly(
                            "SIP;cause=488;text=\"No audio that can be read here: plain, or as it is set SRTP with keys"
                                    + " over TLS\"");
            assertThat(strict.registrar.next(100)).isEmpty();
            await().until(() -> strict.lastResult() == Result.NOT_ANSWERED);
            assertThat(strict.count("koegura.calls.refused", "reason", "encrypted_media"))
                    .isEqualTo(1);
        }
    }

    /// Policy that says of one line alone whether its calls are refused.
    private record OneLine(String callee, boolean refused, NoticeDecision decision) implements NoticeDesk {

        @Override
        public NoticeDecision decide(CallFacts facts) {
            return decision;
        }

        @Override
        public boolean refusesUnrecordable(CallFacts facts, boolean standard) {
            return facts.outside().number().equals(callee) ? refused : standard;
        }

        @Override
        public String version() {
            return "ab".repeat(32);
        }
    }

    @Test
    void theOutcomeNamesWhatWasDecidedAndByWhichPolicy() throws Exception {
        List<NoticeDecision> decisions = List.of(
                new NoticeDecision.Announce(ProxyBench.PROMPT),
                new NoticeDecision.DoNotRecord(Unrecorded.NEVER_RECORD_LINE));
        for (NoticeDecision decision : decisions) {
            for (boolean refused : new boolean[] {true, false}) {
                try (ProxyBench bench = new ProxySetup()
                        .deciding(new OneLine("0990123", refused, decision))
                        .open()) {
                    bench.telephone.send(offering(bench, ProxyBench.sdp(4000)), bench.address());
                    bench.telephone.receive("SIP/2.0 100 ");
                    String invite = bench.registrar.receive("INVITE sip:0990123@");
                    bench.registrar.send(SipPeer.response(invite, "486 Busy Here", "b", "", ""), bench.address());
                    bench.telephone.receive("SIP/2.0 486 ");
                    await().until(() -> bench.lastResult() == Result.NOT_ANSWERED);
                    assertThat(bench.ledger.all().getLast().facts().decided())
                            .isEqualTo(new CallFacts.Decided(
                                    "ab".repeat(32), decision, refused && decision instanceof NoticeDecision.Announce));
                }
            }
        }
    }

    @Test
    void aLineFailsClosedWhereTheOthersPassAndPassesWhereTheOthersFailClosed() throws Exception {
        NoticeDecision told = new NoticeDecision.Announce(ProxyBench.PROMPT);
        try (ProxyBench lax = new ProxySetup()
                .ports(0)
                .deciding(new OneLine("0990123", true, told))
                .open()) {
            lax.telephone.send(offering(lax, ProxyBench.sdp(4000)), lax.address());
            lax.telephone.receive("SIP/2.0 100 ");
            assertThat(SipPeer.all(lax.telephone.receive("SIP/2.0 503 "), "Reason"))
                    .hasSize(1);
        }
        try (ProxyBench strict = new ProxySetup()
                .ports(0)
                .refusing()
                .deciding(new OneLine("0990123", false, told))
                .open()) {
            strict.telephone.send(offering(strict, ProxyBench.sdp(4000)), strict.address());
            strict.registrar.receive("INVITE sip:0990123@");
            assertThat(strict.count("koegura.calls.refused")).isZero();
            assertThat(strict.count("koegura.call.faults", "kind", "no_port")).isEqualTo(1);
        }
    }

    @Test
    void aCallThatIsNotToBeRecordedIsNotRefusedForThat() throws Exception {
        NoticeDecision never = new NoticeDecision.DoNotRecord(Unrecorded.NEVER_RECORD_LINE);
        try (ProxyBench strict = new ProxySetup()
                .ports(0)
                .refusing()
                .deciding(new OneLine("0990123", true, never))
                .open()) {
            strict.telephone.send(offering(strict, ProxyBench.sdp(4000)), strict.address());
            strict.registrar.receive("INVITE sip:0990123@");
            assertThat(strict.count("koegura.calls.refused")).isZero();
        }
    }

    private static String offering(ProxyBench at, String sdp) {
        return at.request(
                at.telephone,
                "INVITE sip:0990123@" + at.registrar.hostPort(),
                "offer@example.com",
                "1 INVITE",
                ProxyBench.FROM_TO + "Content-Type: application/sdp\r\n",
                sdp);
    }
}
