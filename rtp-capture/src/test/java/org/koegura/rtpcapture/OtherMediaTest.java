package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.RecordingSink.Beside;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.rtpcapture.LoopbackCall.Telephone;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// What is no audio (trap 29): relayed both ways to the bit, never captured; a fax is a declared span.
class OtherMediaTest {

    private static final byte[] SENDER_REPORT =
            HexFormat.of().parseHex("80c8000600000009e1e2e3e4a1a2a3a400000500000000100000a000");

    private final Random random = new Random(31);
    private int said;

    @Test
    void videoBesideTheAudioPassesBothWaysWithItsReportsAndIsNotCaptured() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected();
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            addLine(call, 1, inside, outside);
            call.captureExempted();
            List<byte[]> frames = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                frames.add(Packets.rtp(97, (65_520 + i) & 0xFFFF, 3000 * (i / 3), 9, bytes(1100)));
            }
            for (int i = 0; i < frames.size(); i++) {
                inside.say(frames.get(i));
                outside.say(frames.get(i));
                inside.awaitHeard(i + 1);
                outside.awaitHeard(i + 1);
            }
            inside.report(SENDER_REPORT);
            outside.report(SENDER_REPORT);
            await().atMost(PATIENCE).until(() -> inside.reports.size() == 1 && outside.reports.size() == 1);
            bothSay(call, 3);
            MediaReport report = call.hangUp();

            assertThat(inside.heard).containsExactlyElementsOf(frames);
            assertThat(outside.heard).containsExactlyElementsOf(frames);
            assertThat(inside.reports).containsExactly(SENDER_REPORT);
            assertThat(outside.reports).containsExactly(SENDER_REPORT);
            assertThat(report.accounts()).extracting(StreamAccount::received).containsOnly(3L);
            assertThat(call.sink.kept()).hasSize(6);
            assertThat(call.sink.closed().spans()).isEmpty();
            assertThat(call.sink.closed().beside())
                    .as("video was agreed before capture, and to its end")
                    .containsExactly(new Beside(
                            call.sink.opened().captureStartedAt(),
                            call.sink.closed().endedAt(),
                            false));
        }
    }

    @Test
    void videoThatComesAndGoesIsDeclaredForThatTimeAndAnAgreementThatKeepsItChangesNothing() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected();
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            call.captureExempted();
            bothSay(call, 2);
            addLine(call, 1, inside, outside);
            bothSay(call, 2);
            becomesAudio(call);
            agree(call, 1, inside.media(true), outside.media(true));
            bothSay(call, 2);
            declineVideo(call, inside, outside);
            bothSay(call, 2);
            call.hangUp();

            List<MemorySink.Kept> kept = call.sink.kept(Leg.OUTSIDE);
            assertThat(kept).hasSize(8);
            assertThat(call.sink.closed().beside()).singleElement().satisfies(beside -> {
                assertThat(ArrivalClock.epochNanos(beside.from()))
                        .isBetween(kept.get(1).arrivalEpochNanos(), kept.get(2).arrivalEpochNanos());
                assertThat(ArrivalClock.epochNanos(beside.to()))
                        .isBetween(kept.get(5).arrivalEpochNanos(), kept.get(6).arrivalEpochNanos());
            });
            assertThat(call.sink.closed().spans()).isEmpty();
        }
    }

    /// A line of which one party wants nothing is none.
    @Test
    void whatOnePartyAloneAgreesToIsNotDeclared() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected();
                Telephone inside = new Telephone();
                Telephone outside = new Telephone()) {
            call.captureExempted();
            addLine(call, 1, inside, outside);
            declineVideo(call, inside, outside);
            int before = call.sink.kept().size();
            agree(call, 1, inside.media(true), outside.media(null, null, false));
            bothSay(call, 2);
            call.hangUp();

            assertThat(call.sink.kept()).hasSize(before + 4);
            assertThat(call.sink.closed().beside())
                    .singleElement()
                    .satisfies(beside ->
                            assertThat(beside.to()).isBefore(call.sink.closed().endedAt()));
        }
    }

    @Test
    void aFaxInTheAudiosPlacePassesBothWaysAndIsADeclaredSpan() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 10);
            becomesFax(call, 0, call.inside, call.outside);
            List<byte[]> pages = udptl();
            bothFax(call.inside, call.outside, pages);
            becomesAudio(call);
            bothSay(call, 10);
            MediaReport report = call.hangUp();

            assertThat(call.inside.heard.subList(10, 10 + pages.size())).containsExactlyElementsOf(pages);
            assertThat(call.outside.heard.subList(10, 10 + pages.size())).containsExactlyElementsOf(pages);
            for (StreamAccount account : report.accounts()) {
                assertThat(account.recorded()).isEqualTo(20).isEqualTo(account.received());
                List<MemorySink.Kept> kept = call.sink.kept(account.leg());
                assertThat(kept).hasSize(20);
                assertThat(fax(call)).satisfies(span -> {
                    assertThat(ArrivalClock.epochNanos(span.from()))
                            .isGreaterThanOrEqualTo(kept.get(9).arrivalEpochNanos());
                    assertThat(ArrivalClock.epochNanos(span.to()))
                            .isLessThanOrEqualTo(kept.get(10).arrivalEpochNanos());
                });
            }
            assertThat(call.counted("koegura.rtp.packets.discarded", "reason", "not_rtp", "leg", "inside"))
                    .isZero();
        }
    }

    /// After it everything of the inside party is renumbered, but not what only looks like RTP.
    @Test
    void afterANoticeAFaxIsNotTakenForAudio() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            bothSay(call, 2);
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            call.captureAnnounced(call.told.awaitHeard());
            bothSay(call, 2);
            becomesFax(call, 0, call.inside, call.outside);
            int before = call.outside.heard.size();
            List<byte[]> pages = udptl();
            bothFax(call.inside, call.outside, pages);
            call.hangUp();

            assertThat(call.outside.heard.subList(before, before + pages.size()))
                    .containsExactlyElementsOf(pages);
            assertThat(call.sink.kept()).hasSize(4);
            assertThat(fax(call).to())
                    .as("to the end of the call")
                    .isEqualTo(call.sink.closed().endedAt());
        }
    }

    @Test
    void aFaxOnALineOfItsOwnIsASpanTooWhereTheAudioIsSwitchedOff() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected();
                Telephone fax = new Telephone();
                Telephone gateway = new Telephone()) {
            call.captureExempted();
            bothSay(call, 5);
            becomesFax(call, 1, fax, gateway);
            List<byte[]> pages = udptl();
            bothFax(fax, gateway, pages);
            call.session.audio(0);
            agree(
                    call,
                    List.of(call.inside.media(true), fax.media(null, null, false)),
                    List.of(call.outside.media(true), gateway.media(null, null, false)));
            bothSay(call, 5);
            call.hangUp();

            assertThat(fax.heard).containsExactlyElementsOf(pages);
            assertThat(gateway.heard).containsExactlyElementsOf(pages);
            assertThat(call.sink.kept()).hasSize(20);
            assertThat(fax(call).from()).isBefore(fax(call).to());
            assertThat(call.sink.closed().beside())
                    .as("the fax alone was there, and then the audio")
                    .isEmpty();
        }
    }

    @Test
    void aFaxThatRunsWhenCaptureStartsIsDeclaredFromThereOn() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            becomesFax(call, 0, call.inside, call.outside);
            call.captureExempted();
            bothFax(call.inside, call.outside, udptl());
            becomesAudio(call);
            bothSay(call, 2);
            call.hangUp();

            assertThat(fax(call).from()).isEqualTo(call.sink.opened().captureStartedAt());
            assertThat(call.sink.kept()).hasSize(4);
        }
    }

    /// The fax may be on its way before the loop takes up the command that says so.
    @Test
    void theSpanOfAFaxBeginsWhenItIsSaidAndAfterWhatWasKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 2);
            AtomicReference<Instant> told = new AtomicReference<>();
            call.atNextReading.set(() -> {
                CompletableFuture.runAsync(call.session::fax).join();
                told.set(Instant.now());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            });
            call.outside.say(Packets.rtp(random, 0, 7, 160, 8));
            call.inside.awaitHeard(3);
            call.hangUp();

            assertThat(fax(call).from()).isBefore(told.get().plusMillis(50)); // two clocks
            assertThat(call.sink.kept())
                    .hasSizeGreaterThanOrEqualTo(4)
                    .allSatisfy(packet -> assertThat(packet.arrivalEpochNanos())
                            .isLessThan(ArrivalClock.epochNanos(fax(call).from())));
        }
    }

    /// The loop reads a packet before it takes up the command that says what the packet is.
    @Test
    void aPacketThatIsReadBeforeTheEndOfTheFaxIsKnownEndsTheSpan() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected();
                Telephone fax = new Telephone()) {
            call.captureExempted();
            bothSay(call, 2);
            RemoteMedia elsewhere = new RemoteMedia(
                    fax.address(), fax.address(), InetAddress.ofLiteral("127.0.0.2"), List.of(), List.of(), true);
            call.session.fax();
            call.session.agree(0, Leg.INSIDE, t38(call.inside));
            call.session.agree(0, Leg.OUTSIDE, elsewhere);
            call.settle();
            call.atNextReading.set(() -> {
                call.session.audio(0);
                call.session.agree(0, Leg.INSIDE, call.inside.media(true));
                call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
            });
            byte[] first = call.outside.say(Packets.rtp(random, 0, 7, 160, 8));
            call.inside.awaitHeard(3);
            call.hangUp();

            assertThat(call.inside.heard.getLast()).isEqualTo(first);
            assertThat(call.sink.kept(Leg.OUTSIDE)).hasSize(3);
            assertThat(ArrivalClock.epochNanos(fax(call).to()))
                    .isLessThanOrEqualTo(call.sink.kept(Leg.OUTSIDE).getLast().arrivalEpochNanos());
        }
    }

    /// The call is a fax on a line from now on, and nothing else.
    private static void becomesFax(LoopbackCall call, int line, Telephone inside, Telephone outside) throws NoFreePort {
        inside.sendsTo(call.session.local(line, Leg.INSIDE));
        outside.sendsTo(call.session.local(line, Leg.OUTSIDE));
        call.session.fax();
        if (line > 0) {
            call.session.agree(0, Leg.INSIDE, call.inside.media(null, null, false));
            call.session.agree(0, Leg.OUTSIDE, call.outside.media(null, null, false));
        }
        call.session.agree(line, Leg.INSIDE, t38(inside));
        call.session.agree(line, Leg.OUTSIDE, t38(outside));
        call.settle();
    }

    private static RemoteMedia t38(Telephone of) {
        return new RemoteMedia(of.address(), of.address(), of.address().getAddress(), List.of(), List.of(), true);
    }

    private static void becomesAudio(LoopbackCall call) {
        call.session.audio(0);
        call.session.agree(0, Leg.INSIDE, call.inside.media(true));
        call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
        call.settle();
    }

    private static void addLine(LoopbackCall call, int line, Telephone inside, Telephone outside) throws NoFreePort {
        inside.sendsTo(call.session.local(line, Leg.INSIDE));
        outside.sendsTo(call.session.local(line, Leg.OUTSIDE));
        agree(call, line, inside.media(true), outside.media(true));
    }

    private static void declineVideo(LoopbackCall call, Telephone inside, Telephone outside) {
        agree(call, 1, inside.media(null, null, false), outside.media(null, null, false));
    }

    private static void agree(LoopbackCall call, int line, RemoteMedia inside, RemoteMedia outside) {
        call.session.agree(line, Leg.INSIDE, inside);
        call.session.agree(line, Leg.OUTSIDE, outside);
        call.settle();
    }

    /// All lines, in the order of the signalling.
    private static void agree(LoopbackCall call, List<RemoteMedia> inside, List<RemoteMedia> outside) {
        for (int i = 0; i < inside.size(); i++) {
            call.session.agree(i, Leg.INSIDE, inside.get(i));
        }
        for (int i = 0; i < outside.size(); i++) {
            call.session.agree(i, Leg.OUTSIDE, outside.get(i));
        }
        call.settle();
    }

    private void bothSay(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            int inside = call.inside.heard.size();
            int outside = call.outside.heard.size();
            call.inside.say(Packets.rtp(random, 8, said, 160 * said, 1));
            call.outside.say(Packets.rtp(random, 0, said, 160 * said, 2));
            said++;
            call.inside.awaitHeard(inside + 1);
            call.outside.awaitHeard(outside + 1);
        }
    }

    private static void bothFax(Telephone one, Telephone other, List<byte[]> pages) {
        int atOne = one.heard.size();
        int atOther = other.heard.size();
        for (int i = 0; i < pages.size(); i++) {
            one.say(pages.get(i));
            other.say(pages.get(i));
            one.awaitHeard(atOne + i + 1);
            other.awaitHeard(atOther + i + 1);
        }
    }

    /// UDPTL begins with a sequence number (ITU-T T.38): these look like junk, like RTP and like RTCP.
    private List<byte[]> udptl() {
        List<byte[]> packets = new ArrayList<>();
        for (int sequence : new int[] {0, 1, 2, 0x7FFF, 0x8000, 0x8008, 0x80C8, 0x80C9, 0x9FFF, 0xFFFF}) {
            byte[] rest = bytes(40);
            packets.add(ByteBuffer.allocate(2 + rest.length)
                    .putShort((short) sequence)
                    .put(rest)
                    .array());
        }
        return packets;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Span fax(LoopbackCall call) {
        assertThat(call.sink.closed().spans()).hasSize(1);
        Span span = call.sink.closed().spans().getFirst();
        assertThat(span.reason()).isEqualTo(Span.Reason.FAX);
        return span;
    }
}
