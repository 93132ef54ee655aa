package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/// Of each kind four at once, of one source two.
final class ConnectionBoundTest {

    private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("192.0.2.9");
    private final ConnectionBound bound = new ConnectionBound(
            4,
            2,
            NEIGHBOUR::equals,
            address -> address.getHostAddress().startsWith("198.51.100.")
                    || address.getHostAddress().startsWith("2001:db8:1:"));

    private boolean admits(String source) {
        return admits(new EmbeddedChannel(), source);
    }

    private boolean admits(Channel channel, String source) {
        return bound.admits(channel, InetAddress.ofLiteral(source));
    }

    @Test
    void strangersTakeTheRoomOfNobodyElse() {
        assertThat(admits("203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isFalse();
        assertThat(admits("203.0.113.2")).isTrue();
        assertThat(admits("203.0.113.3")).isTrue();
        assertThat(admits("203.0.113.4")).isFalse();
        assertThat(admits("198.51.100.1")).isTrue();
        assertThat(admits("192.0.2.9")).isTrue();
        assertThat(bound.admitsOurs(new EmbeddedChannel())).isTrue();
        assertThat(bound.open()).isEqualTo(7);
    }

    @Test
    void aStrangersAddressesInOneSubnetAreOneSource() {
        assertThat(admits("2001:db8:2::1")).isTrue();
        assertThat(admits("2001:db8:2::2")).isTrue();
        assertThat(admits("2001:db8:2::ffff:1")).isFalse();
        assertThat(admits("2001:db8:3::1")).isTrue();
    }

    @Test
    void theTelephonesOfOneSubnetAreManySources() {
        assertThat(admits("2001:db8:1::1")).isTrue();
        assertThat(admits("2001:db8:1::2")).isTrue();
        assertThat(admits("2001:db8:1::3")).isTrue();
    }

    @Test
    void whatIsClosedMakesRoom() {
        EmbeddedChannel first = new EmbeddedChannel();
        assertThat(admits(first, "203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isTrue();
        first.close().syncUninterruptibly();
        first.runPendingTasks();
        assertThat(admits("203.0.113.1")).isTrue();
        assertThat(admits("203.0.113.1")).isFalse();
    }
}
