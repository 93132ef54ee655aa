package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.RecordingSink.Span;

/// Parties that agree on keys in the stream itself (RFC 6189): all of it passes, and what nobody can read is not kept.
class ZrtpTest {

    /// A binding request (RFC 8489 §5).
    private static final byte[] STUN = HexFormat.of().parseHex("000100002112a442000102030405060708090a0b");

    private final Random random = new Random(6189);
    private final List<byte[]> fromInside = new ArrayList<>();
    private final List<byte[]> fromOutside = new ArrayList<>();
    private int said;

    @Test
    void itsMessagesPassAsTheyAreAndAreNotKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 2);
            inside(call, zrtp("Hello   "));
            outside(call, zrtp("Hello   "));
            outside(call, zrtp("HelloACK"));
            outside(call, STUN);
            bothSay(call, 2);
            MediaReport report = call.hangUp();

            assertThat(call.outside.heard).containsExactlyElementsOf(fromInside);
            assertThat(call.inside.heard).containsExactlyElementsOf(fromOutside);
            assertThat(call.sink.kept()).hasSize(8);
            assertThat(call.sink.closed().spans()).isEmpty();
            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.received()).isEqualTo(4));
            assertThat(counted(call, "inside", "zrtp")).isEqualTo(1);
            assertThat(counted(call, "outside", "zrtp")).isEqualTo(2);
            assertThat(counted(call, "outside", "not_rtp")).as("STUN").isEqualTo(1);
        }
    }

    @Test
    void fromTheMomentAtWhichBothHaveTheKeysNothingIsKeptWhateverIsSignalled() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 2);
            outside(call, zrtp("Confirm1"));
            inside(call, zrtp("Confirm2"));
            bothSay(call, 1);
            outside(call, zrtp("Conf2ACK"));
            bothSay(call, 3);
            call.session.fax();
            call.session.audio(0);
            call.settle();
            bothSay(call, 1);
            outside(call, zrtp("Conf2ACK"));
            MediaReport report = call.hangUp();

            assertThat(call.told.events).containsOnlyOnce("sealed");
            assertThat(call.outside.heard).containsExactlyElementsOf(fromInside);
            assertThat(call.inside.heard).containsExactlyElementsOf(fromOutside);
            assertThat(call.sink.kept()).hasSize(6);
            for (StreamAccount account : report.accounts()) {
                assertThat(account.recorded()).isEqualTo(3);
                assertThat(account.withheld())
                        .containsOnlyKeys(Withheld.NOT_AUDIO)
                        .containsEntry(Withheld.NOT_AUDIO, 4L);
            }
            assertThat(call.sink.closed().spans()).singleElement().satisfies(span -> {
                assertThat(span.reason()).isEqualTo(Span.Reason.ENCRYPTED);
                assertThat(span.to()).isEqualTo(call.sink.closed().endedAt());
            });
        }
    }

    @Test
    void onePartyAloneDoesNotEndTheRecording() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 1);
            outside(call, zrtp("Confirm2"));
            outside(call, zrtp("Conf2ACK"));
            bothSay(call, 2);
            call.hangUp();

            assertThat(call.sink.kept()).hasSize(6);
            assertThat(call.sink.closed().spans()).isEmpty();
            assertThat(call.told.events).doesNotContain("sealed");
        }
    }

    private static double counted(LoopbackCall call, String leg, String reason) {
        return call.counted("koegura.rtp.packets.discarded", "leg", leg, "reason", reason);
    }

    private void bothSay(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            inside(call, Packets.rtp(random, 0, said, 160 * said, 1));
            outside(call, Packets.rtp(random, 0, said, 160 * said, 2));
            said++;
        }
    }

    private void inside(LoopbackCall call, byte[] packet) {
        fromInside.add(call.inside.say(packet));
        call.outside.awaitHeard(fromInside.size());
    }

    private void outside(LoopbackCall call, byte[] packet) {
        fromOutside.add(call.outside.say(packet));
        call.inside.awaitHeard(fromOutside.size());
    }

    /// A message of three words; its checksum is not ours to check.
    private static byte[] zrtp(String type) {
        return ByteBuffer.allocate(28)
                .put((byte) 0x10)
                .put((byte) 0)
                .putShort((short) 7)
                .putInt(0x5A525450)
                .putInt(0x01020304)
                .putShort((short) 0x505A)
                .putShort((short) 3)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .array();
    }
}
