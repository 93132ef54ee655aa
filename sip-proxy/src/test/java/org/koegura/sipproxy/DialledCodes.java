package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.sipproxy.call.FakeMediaPlane;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.telephone.CodeCalls;

/// A telephone, 201, that may dial codes, another, 202, that may not, and their registrar.
abstract class DialledCodes {

    static final String TYPE = "Content-Type: application/sdp\r\n";

    /// Announces all, and entitles extension 201.
    static final NoticeDesk DESK = new NoticeDesk() {
        @Override
        public NoticeDecision decide(CallFacts facts) {
            return new NoticeDecision.Announce(ProxyBench.PROMPT);
        }

        @Override
        public boolean entitles(Party telephone) {
            return telephone.number().equals("201");
        }

        @Override
        public boolean entitlesAny() {
            return true;
        }
    };

    @SuppressWarnings("NullAway.Init") // set before each
    ProxyBench bench;

    /// What was asked to be preserved.
    final List<Preservations.Request> preserved = new CopyOnWriteArrayList<>();

    volatile Preserving preserving = Preserving.PROTECTED;
    int calls;
    String path = "";

    @BeforeEach
    void open() throws Exception {
        ProxySetup setup = new ProxySetup().upstream().deciding(DESK);
        setup.codes = new CodeCalls.Settings(FeatureCodes.STANDARD, "by order 17 of 2026");
        setup.preservations = request -> {
            preserved.add(request);
            return preserving;
        };
        setup.pressed = new PressedActs.Settings(FeatureCodes.STANDARD, null, true, true);
        bench = setup.open();
        register("201");
        register("202");
    }

    @AfterEach
    void close() {
        assertThat(bench.registrar.next(50)).as("what the PBX heard of a code").isEmpty();
        bench.close();
    }

    void register(String extension) {
        String parties =
                "From: <sip:" + extension + "@example.com>;tag=r\r\nTo: <sip:" + extension + "@example.com>\r\n";
        String id = "r" + extension + "@example.com";
        String contact = "sip:c" + extension + "@" + bench.telephone.hostPort();
        bench.telephone.send(
                bench.request(
                                bench.telephone,
                                "REGISTER sip:" + bench.registrar.hostPort(),
                                id,
                                "1 REGISTER",
                                parties,
                                "")
                        .replace("sip:x@" + bench.telephone.hostPort(), contact),
                bench.address());
        String received = bench.registrar.receive("REGISTER");
        path = SipPeer.one(received, "Path");
        String kept = "Contact: <" + contact + ">;expires=600\r\nPath: " + path + "\r\n";
        bench.registrar.send(SipPeer.response(received, "200 OK", "r", kept, ""), bench.address());
        bench.telephone.receive("SIP/2.0 200");
    }

    String dial(SipPeer from, String code, String extension, String more, String body) {
        String parties = "From: <sip:" + extension + "@example.com>;tag=a\r\nTo: <sip:" + code + "@example.com>\r\n";
        return bench.request(
                from,
                "INVITE sip:" + code + "@" + bench.registrar.hostPort(),
                "c" + ++calls + "@example.com",
                "1 INVITE",
                parties + more + TYPE,
                body);
    }

    String dialled(String code) {
        bench.telephone.send(dial(bench.telephone, code, "201", "", ProxyBench.sdp(4000)), bench.address());
        return bench.telephone.receive("SIP/2.0 200 ");
    }

    void ask(String method, String ok, String cseq) {
        String parties = "From: <sip:201@example.com>;tag=a\r\nTo: " + SipPeer.one(ok, "To") + "\r\n";
        String contact = SipPeer.one(ok, "Contact").replaceAll("[<>]", "");
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        method + " " + contact,
                        SipPeer.one(ok, "Call-ID"),
                        cseq + " " + method,
                        parties,
                        ""),
                bench.address());
    }

    /// Dials, hears the tone, and is hung up on.
    void arm(String code) {
        String ok = dialled(code);
        ask("ACK", ok, "1");
        String bye = bench.telephone.receive("BYE sip:x@" + bench.telephone.hostPort());
        bench.telephone.send(SipPeer.response(bye, "200 OK", "", "", ""), bench.address());
    }

    JournalEntry last(String act) {
        return bench.journal.entries().stream()
                .filter(entry -> entry.act().equals(act))
                .toList()
                .getLast();
    }

    FakeMediaPlane.Tone tone() {
        return bench.media.tones().getLast();
    }

    /// Somebody outside is called in the name of an extension; the INVITE as the PBX receives it.
    String calls(SipPeer from, String id, String extension) {
        String parties = "From: <sip:" + extension + "@example.com>;tag=a\r\nTo: <sip:0990123@example.com>\r\n";
        from.send(
                bench.request(
                        from,
                        "INVITE sip:0990123@" + bench.registrar.hostPort(),
                        id,
                        "1 INVITE",
                        parties + TYPE,
                        ProxyBench.sdp(4000)),
                bench.address());
        return bench.registrar.receive("INVITE sip:0990123@");
    }

    /// An outbound call of an extension, answered.
    @Nullable
    CaptureBasis basisOf(String extension) {
        String id = "o" + ++calls + "@example.com";
        String invite = calls(bench.telephone, id, extension);
        bench.telephone.receive("SIP/2.0 100 ");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 ");
        await().until(() -> bench.proxy.liveCalls().list().stream()
                .anyMatch(call -> call.facts().sipCallId().equals(id)
                        && (call.stage() == Stage.NOTICE || call.stage() == Stage.RECORDED_WITHOUT_NOTICE)));
        return bench.media
                .of(bench.proxy.liveCalls().list().stream()
                        .filter(call -> call.facts().sipCallId().equals(id))
                        .findFirst()
                        .orElseThrow()
                        .facts()
                        .call())
                .basis();
    }
}
