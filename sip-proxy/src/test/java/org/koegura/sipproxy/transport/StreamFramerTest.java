package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How a stream is cut into messages.
class StreamFramerTest {

    private static final String FIRST = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nhello";
    private static final String SECOND = "ACK sip:a SIP/2.0\r\nl:0\r\n\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel(new StreamFramer(true));

    @Property(tries = 200)
    void messagesComeOutAsTheyWentInHoweverTheStreamIsCut(
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 30) Integer> cuts) {
        EmbeddedChannel fresh = new EmbeddedChannel(new StreamFramer(true));
        String stream = FIRST + "\r\n\r\n" + SECOND + FIRST + "\r\n";
        int at = 0;
        for (int cut : cuts) {
            int to = Math.min(stream.length(), at + cut);
            fresh.writeInbound(bytes(stream.substring(at, to)));
            at = to;
        }
        fresh.writeInbound(bytes(stream.substring(at)));
        assertThat(messages(fresh)).containsExactly(FIRST, SECOND, FIRST);
        assertThat(text(fresh.readOutbound())).isEqualTo("\r\n");
        fresh.finishAndReleaseAll();
    }

    @Test
    void aPingIsAnsweredAndASingleLineEndIsNot() {
        channel.writeInbound(bytes("\r\n"));
        assertThat(channel.outboundMessages()).isEmpty();
        channel.writeInbound(bytes("\r\n"));
        assertThat(text(channel.readOutbound())).isEqualTo("\r\n");
    }

    @Test
    void manyPingsThatAreReadAtOnceGetOneAnswer() {
        channel.writeInbound(bytes("\r\n\r\n".repeat(1_000)));
        assertThat(text(channel.readOutbound())).isEqualTo("\r\n");
        assertThat(channel.outboundMessages()).isEmpty();
        channel.writeInbound(bytes("\r\n\r\n"));
        assertThat(text(channel.readOutbound())).isEqualTo("\r\n");
    }

    @Test
    void pingsOfAPeerThatDoesNotReadAreNotAnsweredForEver() {
        ChannelOutboundHandlerAdapter full = new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                // the peer's window is closed: what is written waits here
            }
        };
        EmbeddedChannel deaf = new EmbeddedChannel(full, new StreamFramer(true));
        long most = deaf.config().getWriteBufferHighWaterMark();
        for (int i = 0; i < 2_000; i++) {
            deaf.writeInbound(bytes("\r\n\r\n".repeat(100)));
        }
        assertThat(deaf.unsafe().outboundBuffer().totalPendingWriteBytes())
                .isPositive()
                .isLessThan(most + 1_000);
        var _ = deaf.close();
    }

    @Test
    void aFoldedAndARepeatedLengthAreRead() {
        String folded = "INVITE sip:a SIP/2.0\r\nContent-Length:\r\n 2\r\nCONTENT-LENGTH : 2\r\n\r\nab";
        channel.writeInbound(bytes(folded));
        assertThat(messages(channel)).containsExactly(folded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: x\r\n",
                "Content-Length: 1\r\nl: 2\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 99999999999\r\n",
                "Content-Length: x\r\nl: 1\r\n"
            })
    void aStreamThatDoesNotSayItsLengthIsAtItsEnd(String headers) {
        assertThatThrownBy(() -> channel.writeInbound(bytes("BYE sip:a SIP/2.0\r\n" + headers + "\r\n")))
                .isInstanceOf(CorruptedFrameException.class);
        channel.writeInbound(bytes(FIRST));
        assertThat(messages(channel)).as("what comes before it is closed").isEmpty();
    }

    @Test
    void ofAMessageThatIsTooLargeTheHeadIsHandedOnAndNothingAfterIt() {
        String head = "INVITE sip:a SIP/2.0\r\nContent-Length: 2000000000\r\n\r\n";
        channel.writeInbound(bytes(head + "x".repeat(5_000)));
        channel.writeInbound(bytes(FIRST));
        assertThat(messages(channel)).containsExactly(head);
        assertThat(channel.isOpen()).isTrue();
        pass(StreamFramer.LINGER_SECONDS + 1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anEndlessHeadIsRefusedBeforeItIsHeld() {
        ByteBuf head = bytes("X: " + "x".repeat(StreamFramer.MESSAGE_BYTES_MAX));
        assertThatThrownBy(() -> channel.writeInbound(head)).isInstanceOf(TooLongFrameException.class);
        EmbeddedChannel lines = new EmbeddedChannel(new StreamFramer(true));
        ByteBuf many = bytes("X: x\r\n".repeat(20_000));
        assertThatThrownBy(() -> lines.writeInbound(many)).isInstanceOf(TooLongFrameException.class);
    }

    @Test
    void aMessageThatIsNotFinishedIsNotWaitedForLong() {
        channel.writeInbound(bytes(FIRST));
        channel.writeInbound(bytes("BYE sip:a SI"));
        pass(StreamFramer.MESSAGE_SECONDS - 1);
        assertThat(channel.isOpen()).isTrue();
        pass(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aMessageThatTricklesIsNotWaitedForAnyLonger() {
        channel.writeInbound(bytes(FIRST));
        for (int i = 0; i < StreamFramer.MESSAGE_SECONDS - 1; i++) {
            channel.writeInbound(bytes("X"));
            pass(1);
        }
        assertThat(channel.isOpen()).isTrue();
        channel.writeInbound(bytes("X"));
        pass(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"})
    void aConnectionThatBringsNoSipIsNotWaitedForLongWhateverElseItBrings(String junk) {
        channel.writeInbound(bytes(junk));
        pass(StreamFramer.FIRST_MESSAGE_SECONDS - 1);
        channel.writeInbound(bytes(junk));
        assertThat(channel.isOpen()).isTrue();
        pass(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aFirstMessageMayBeARequestThatIsRefusedLater() {
        channel.writeInbound(bytes("OPTIONS sip:a sip/7.0\r\nl: 0\r\n\r\n"));
        pass(10 * StreamFramer.FIRST_MESSAGE_SECONDS);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aConnectionThatWeOpenedMayStaySilentButNotLeaveAMessageUnfinished() {
        EmbeddedChannel ours = new EmbeddedChannel(new StreamFramer(false));
        pass(ours, 10 * StreamFramer.FIRST_MESSAGE_SECONDS);
        assertThat(ours.isOpen()).isTrue();
        ours.writeInbound(bytes("BYE sip:a SI"));
        pass(ours, StreamFramer.MESSAGE_SECONDS + 1);
        assertThat(ours.isOpen()).isFalse();
    }

    @Test
    void aConnectionBetweenMessagesMayRest() {
        channel.writeInbound(bytes(FIRST));
        pass(10 * StreamFramer.MESSAGE_SECONDS);
        assertThat(channel.isOpen()).isTrue();
    }

    private void pass(int seconds) {
        pass(channel, seconds);
    }

    private static void pass(EmbeddedChannel on, int seconds) {
        on.advanceTimeBy(seconds, TimeUnit.SECONDS);
        on.runScheduledPendingTasks();
    }

    private static List<String> messages(EmbeddedChannel from) {
        List<String> messages = new ArrayList<>();
        for (byte @Nullable [] next = from.readInbound(); next != null; next = from.readInbound()) {
            messages.add(new String(next, StandardCharsets.ISO_8859_1));
        }
        return messages;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String text(@Nullable ByteBuf bytes) {
        return bytes == null ? "" : bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
