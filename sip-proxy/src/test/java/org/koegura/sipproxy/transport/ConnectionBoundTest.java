package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Of each kind four at once, of one source two, to one destination two.
final class ConnectionBoundTest {

    private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("192.0.2.9");
    private final ConnectionBound bound = new ConnectionBound(
            4,
            2,
            2,
            NEIGHBOUR::equals,
            address -> address.getHostAddress().startsWith("198.51.100.")
                    || address.getHostAddress().startsWith("2001:db8:1:"));

    private boolean admits(String source) {
        return admits(new EmbeddedChannel(), source);
    }

    private boolean admitsOurs(String to) {
        return bound.admitsOurs(new EmbeddedChannel(), InetAddress.ofLiteral(to));
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
        assertThat(admitsOurs("203.0.113.1")).isTrue();
        assertThat(bound.open()).isEqualTo(7);
    }

    /// Else one telephone that names ever other ports of its could keep us from the carrier.
    @Test
    void whoHasUsOpenAllWeMayTakesTheRoomToNobodyElse() {
        for (String telephone : List.of("198.51.100.1", "198.51.100.2")) {
            assertThat(admitsOurs(telephone)).isTrue();
            assertThat(admitsOurs(telephone)).isTrue();
            assertThat(admitsOurs(telephone)).isFalse();
        }
        assertThat(admitsOurs("198.51.100.3")).as("all telephones together").isFalse();
        assertThat(admits("198.51.100.1")).as("what it opens itself").isTrue();
        assertThat(admitsOurs("203.0.113.1")).isTrue();
        for (int i = 0; i < 4; i++) {
            assertThat(admitsOurs("192.0.2.9")).as("a neighbour").isTrue();
        }
        assertThat(admitsOurs("192.0.2.9")).isFalse();
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
