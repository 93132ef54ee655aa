package org.koegura.sipproxy.call;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StreamAccount;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.srtp.KeyExchange;

/// Words that tests of calls speak in.
final class Calling {

    static final Instant NOW = Instant.parse("2026-11-02T00:00:00Z");
    static final Prompt PROMPT = new Prompt("notice-ja-1", "ja", "test", "0".repeat(64));
    static final NoticeDecision ANNOUNCE = new NoticeDecision.Announce(PROMPT);
    static final NoticeDecision ANNOUNCE_EARLY = new NoticeDecision.Announce(PROMPT, true);
    static final CallFacts FACTS = facts("1".repeat(32), Direction.INBOUND);
    static final Exemption EXEMPTION = new Exemption(Ground.DANGER, null, "operator", NOW, Exemption.Channel.API);
    static final CaptureBasis.Attestation ATTESTATION =
            new CaptureBasis.Attestation("operator", NOW, Exemption.Channel.API);
    static final Seal SEAL = new Seal(new RecordingId("2".repeat(32)), "ring/2", "3".repeat(64), 10, NOW);
    static final NoticeProof PROOF = new NoticeProof(
            PROMPT, new AudioFormat(0, "PCMU", 8000, 20), 1, 10, 20, 11, NOW, NOW.plusSeconds(8), 1, List.of());
    static final MediaReport NOTHING_KEPT = new MediaReport(List.of(), List.of(), null);
    static final MediaReport SEALED = new MediaReport(
            List.of(
                    new StreamAccount(Leg.INSIDE, 5, 5, 0, Map.of()),
                    new StreamAccount(Leg.OUTSIDE, 5, 5, 0, Map.of())),
            List.of(),
            SEAL);

    private static final InetAddress INSIDE = InetAddress.ofLiteral("192.0.2.10");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("192.0.2.20");

    private Calling() {}

    static CallFacts facts(String id, Direction direction) {
        return new CallFacts(
                new CallId(id),
                "call@example.com",
                direction,
                new Party("sip:201@example.com"),
                new Party("tel:+81300000000"),
                NOW);
    }

    /// A session description of one audio m-line.
    static String sdp(String host, int port, String formats, String... attributes) {
        StringBuilder text = new StringBuilder("v=0\r\no=- 7 7 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host
                + "\r\nt=0 0\r\nm=audio " + port + " RTP/AVP " + formats + "\r\n");
        for (String attribute : attributes) {
            text.append("a=").append(attribute).append("\r\n");
        }
        return text.toString();
    }

    static KeyExchange keys() {
        return new KeyExchange(new SecureRandom());
    }

    static Passing request(Leg from, String method, long cseq, String calleeTag, String sdp) {
        return passing(from, method, 0, cseq, calleeTag, false, sdp);
    }

    static Passing response(Leg from, String method, int status, long cseq, String calleeTag, String sdp) {
        return passing(from, method, status, cseq, calleeTag, false, sdp);
    }

    static Passing reliable(Leg from, int status, long cseq, String calleeTag, String sdp) {
        return passing(from, "INVITE", status, cseq, calleeTag, true, sdp);
    }

    private static Passing passing(
            Leg from, String method, int status, long cseq, String calleeTag, boolean reliable, String sdp) {
        return new Passing(
                from,
                method,
                status,
                cseq,
                calleeTag,
                reliable,
                sdp.isEmpty() ? "" : "application/sdp",
                sdp.getBytes(StandardCharsets.ISO_8859_1),
                from == Leg.INSIDE ? INSIDE : OUTSIDE,
                false,
                false);
    }
}
