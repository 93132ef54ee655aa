package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Calling.sdp;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.media.HoldWatch;
import org.koegura.sipproxy.negotiation.NoticeCodecs;

/// Trap 23, and why `o=` is never touched: within one call, a description that bears one version always goes on as the
/// same bytes, whatever passes between, in whichever role, and however often our ports run out and come back. So its
/// maker's version counts our edits too (RFC 3264 §8), and a retransmission is identical.
final class OriginVersionTest {

    /// A message that one party sends.
    ///
    /// @param said which of its descriptions it carries
    /// @param portsComeBack whether ports are freed by another call just before
    record Saying(Leg from, String method, int status, int said, boolean portsComeBack) {}

    @Provide
    Arbitrary<List<Saying>> sayings() {
        return Combinators.combine(
                        Arbitraries.of(Leg.class),
                        Arbitraries.of("INVITE", "UPDATE", "PRACK", "ACK"),
                        Arbitraries.of(0, 183, 200),
                        Arbitraries.integers()
                                .between(0, descriptions(Leg.INSIDE).size() - 1),
                        Arbitraries.of(true, false))
                .as(Saying::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(30);
    }

    /// What one party may say; each is of a version of its own.
    private static List<String> descriptions(Leg leg) {
        String host = leg == Leg.INSIDE ? "192.0.2.10" : "192.0.2.20";
        String call =
                sdp(host, 2000, "18 0 101", "rtpmap:101 telephone-event/8000", "candidate:1 1 UDP 1 h 1 typ host");
        String video = call + "m=video 2002 RTP/AVP 31\r\na=altc:1 IP6 2001:db8::1 1\r\n";
        return List.of(
                call,
                video,
                video.replace("m=audio 2000", "m=audio 0"),
                call.replace("c=IN IP4 " + host, "c=IN IP4 0.0.0.0"),
                call.replace("audio 2000 RTP/AVP 18 0 101", "image 2000 udptl t38"),
                video + "m=message 7654 TCP/MSRP *\r\na=path:msrp://" + host + ":7654/x;tcp\r\n",
                "v=0\r\nm=audio\r\n");
    }

    /// @param opening what the first INVITE carries; -1 for nothing
    @Property(tries = 1_000)
    void theSameDescriptionGoesOnAsTheSameBytesForTheLifeOfACall(
            @ForAll @IntRange(min = -1, max = 6) int opening,
            @ForAll("sayings") List<Saying> sayings,
            @ForAll NoticeCodecs.Others others) {
        FakeMediaPlane plane = new FakeMediaPlane(opening < 3 ? 0 : 4);
        Negotiation negotiation = negotiation(plane, others);
        Map<List<Object>, String> wentOn = new HashMap<>();
        String offer = opening < 0 ? "" : descriptions(Leg.OUTSIDE).get(opening);
        wentOn.put(List.of(Leg.OUTSIDE, offer), sent(negotiation, request(Leg.OUTSIDE, "INVITE", 1, "", offer)));
        long cseq = 1;
        for (Saying saying : sayings) {
            if (saying.portsComeBack()) {
                plane.free(2);
            }
            cseq += saying.status() == 0 ? 1 : 0;
            String said = descriptions(saying.from()).get(saying.said());
            Passing passing = saying.status() == 0
                    ? request(saying.from(), saying.method(), cseq, "a", said)
                    : response(saying.from(), saying.method(), saying.status(), cseq, "a", said);
            String sent = sent(negotiation, passing);
            if (!sent.startsWith("488 ")) { // what we refuse goes nowhere
                assertThat(sent).isEqualTo(wentOn.computeIfAbsent(List.of(saying.from(), said), _ -> sent));
            }
        }
    }

    /// The case that the property must have met: no port at first, then some.
    @Example
    void anMLineThatOncePassedByForWantOfAPortPassesByToTheEnd() {
        FakeMediaPlane plane = new FakeMediaPlane(0);
        Negotiation negotiation = negotiation(plane, NoticeCodecs.Others.LEAVE);
        String said = descriptions(Leg.OUTSIDE).getFirst();
        assertThat(sent(negotiation, request(Leg.OUTSIDE, "INVITE", 1, "", said)))
                .isEqualTo(said);
        plane.free(10);
        assertThat(sent(negotiation, request(Leg.OUTSIDE, "INVITE", 2, "a", said)))
                .isEqualTo(said);
    }

    private static Negotiation negotiation(FakeMediaPlane plane, NoticeCodecs.Others others) {
        CallSettings defaults = CallSettings.defaults();
        CallSettings settings = new CallSettings(
                false,
                new NoticeCodecs(defaults.codecs().always(), others),
                defaults.noticeLanguages(),
                defaults.sealWait(),
                defaults.silentMax(),
                defaults.heldSilentMax(),
                10,
                10,
                defaults.pressed());
        var events = new MailedMediaEvents(
                new Mailbox(8, new CallMeters(new SimpleMeterRegistry(), Set.of())),
                new LifeSigns(new HoldWatch(), settings, Clock.systemUTC()),
                new Checkpoints(Calling.FACTS, new KeptCheckpoints()),
                true);
        return new Negotiation(
                plane.open(Calling.FACTS.call(), events),
                settings,
                _ -> false,
                true,
                new HoldWatch(),
                _ -> {},
                Calling.keys());
    }

    private static String sent(Negotiation negotiation, Passing passing) {
        return switch (negotiation.pass(passing)) {
            case Body.Unchanged _ -> new String(passing.body(), StandardCharsets.ISO_8859_1);
            case Body.Replaced(var body) -> new String(body, StandardCharsets.ISO_8859_1);
            case Body.Early(var sdp, var _) -> new String(sdp, StandardCharsets.ISO_8859_1);
            case Body.Refuse refusal -> refusal.status() + " " + refusal.reason();
        };
    }
}
