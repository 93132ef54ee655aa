package org.koegura.sipproxy.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Reserve;

/// How much transactions hold.
class RoomTest {

    private static final Duration T1 = Duration.ofMillis(500);

    private final AtomicLong nanos = new AtomicLong();
    private final Reserve reserve = new Reserve(() -> {});

    private Room room(long octetsMax) {
        return new Room(reserve, 10, octetsMax, T1, nanos::get);
    }

    private static WireMessage request(String callId) {
        String text = "BYE sip:x SIP/2.0\r\nCall-ID: " + callId + "\r\nContent-Length: 0\r\n\r\n";
        try {
            return WireMessage.parse(text.getBytes(StandardCharsets.US_ASCII));
        } catch (MessageFault e) {
            throw new AssertionError(e);
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void theOctetsOfTwoFillTheRoomOfTwo() {
        WireMessage request = request("a");
        Room room = room(2L * request.length());
        var _ = room.take(request);
        assertThat(room.isFull(0, request)).isFalse();
        var _ = room.take(request);
        assertThat(room.isFull(0, request)).isTrue();
    }

    /// The stack keeps it so long, and does not tell when it lets go.
    @Test
    void oneThatIsOverCountsFor64TimesT1MoreAndAtMostForTwiceThat() {
        WireMessage request = request("a");
        Room room = room(request.length());
        pass(Duration.ofSeconds(30));
        Runnable over = room.take(request);
        over.run();
        over.run();
        assertThat(room.held()).isZero();
        assertThat(room.isFull(0, request)).isTrue();
        pass(Duration.ofSeconds(31));
        assertThat(room.isFull(0, request)).isTrue();
        pass(Duration.ofSeconds(33));
        assertThat(room.isFull(0, request)).isFalse();
    }

    @Test
    void afterALongSilenceNothingCounts() {
        WireMessage request = request("a");
        Room room = room(request.length());
        room.take(request).run();
        pass(Duration.ofSeconds(65));
        assertThat(room.isFull(0, request)).isFalse();
    }

    /// Trap 38.
    @Test
    void theProductHasRoomForAHundredThousandTransactions() {
        Room room = Room.usual(reserve, T1);
        assertThat(room.isFull(99_999, request("a"))).isFalse();
        assertThat(room.isFull(100_000, request("a"))).isTrue();
    }

    @Test
    void aCallForHelpHasRoomBeyondEitherBound() {
        Room room = room(0);
        reserve.keepFor("help");
        assertThat(room.isFull(10, request("a"))).isTrue();
        assertThat(room.isFull(10, request("help"))).isFalse();
        assertThat(room.isFull(10 + Room.TRANSACTIONS_RESERVED, request("help")))
                .isTrue();
    }
}
