package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;

/// The kernel passes packets on between hosts, too, and only where the host itself would let them go just so.
class PassedOverAWireTest {

    private static final int PACKETS = 400;
    private static final int TURN = 20;

    private static final String BY_SPARE_TO_THE_ROOM = "ip route add 10.9.0.1/32 via 10.9.1.1 dev spare src 10.9.0.2";

    @Test
    void whatIsPassedToAnotherHostComesWholeAndWithARightChecksum() throws Exception {
        try (Wire wire = new Wire(true)) {
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            untilLent(wire);
            int before = wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE);
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            assertThat(wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE)).isGreaterThan(before + PACKETS);
        }
    }

    /// As from a container of the same machine: what its kernel left to a card to count, ours counts.
    @Test
    void whatNobodyHasCountedAChecksumOfLeavesWithOne() throws Exception {
        try (Wire wire = new Wire(false)) {
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            untilLent(wire);
            int before = wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE);
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            assertThat(wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE)).isGreaterThan(before + PACKETS);
        }
    }

    /// Talks in turns until the kernel passes both directions: some hundred packets more, where loans were refused
    /// before.
    private static void untilLent(Wire wire) {
        Awaitility.await().atMost(PATIENCE.multipliedBy(4)).until(() -> {
            int inside = wire.passed(Leg.INSIDE);
            int outside = wire.passed(Leg.OUTSIDE);
            List<Integer> _ = wire.talk(TURN);
            return wire.passed(Leg.INSIDE) == inside + TURN && wire.passed(Leg.OUTSIDE) == outside + TURN;
        });
    }

    /// Talks in turns until the kernel passes nothing more.
    private static void untilRecalled(Wire wire) {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            int before = wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE);
            List<Integer> _ = wire.talk(TURN);
            return wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE) == before;
        });
    }

    @Test
    void aWireThatWasDownIsTakenUpAgain() throws Exception {
        try (Wire wire = new Wire(true)) {
            untilLent(wire);
            wire.near("ip link set wire down");
            int before = wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE);
            assertThat(wire.talk(1)).containsExactly(0, 0);
            wire.near("ip link set wire up");
            untilLent(wire);
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            assertThat(wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE)).isGreaterThan(before + PACKETS);
        }
    }

    @Test
    void whereTheHostsRouteTurnsThePacketsTurnWithIt() throws Exception {
        try (Wire wire = new Wire(true)) {
            untilLent(wire);
            assertThat(wire.cameBy("spare")).isLessThan(TURN);
            wire.near("ip route add 10.9.0.2/32 via 10.9.1.2 dev spare src 10.9.0.1");
            Awaitility.await().atMost(PATIENCE.dividedBy(5)).until(() -> {
                int before = wire.cameBy("spare");
                List<Integer> _ = wire.talk(TURN);
                return wire.cameBy("spare") >= before + 2 * TURN;
            });
            wire.far(BY_SPARE_TO_THE_ROOM);
            untilLent(wire);
            int before = wire.cameBy("spare");
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            assertThat(wire.cameBy("spare")).isGreaterThanOrEqualTo(before + 2 * PACKETS);
        }
    }

    /// Anybody could send so from there, and say that he is the party.
    @Test
    void whatComesByAnotherWireThanLeadsToItsSenderIsLeftToTheHost() throws Exception {
        try (Wire wire = new Wire(true)) {
            untilLent(wire);
            wire.far(BY_SPARE_TO_THE_ROOM);
            int before = wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE);
            assertThat(wire.talk(5 * TURN)).containsExactly(5 * TURN, 5 * TURN);
            assertThat(wire.passed(Leg.INSIDE) + wire.passed(Leg.OUTSIDE)).isEqualTo(before);
            wire.far("ip route del 10.9.0.1/32");
            untilLent(wire);
        }
    }

    @Test
    void aHostThatHasPoliciesOfIpsecSendsForItself() throws Exception {
        try (Wire wire = new Wire(true)) {
            untilLent(wire);
            wire.near("ip xfrm policy add src 10.8.0.0/16 dst 10.7.0.0/16 dir out action block");
            untilRecalled(wire);
            int before = wire.passed(Leg.INSIDE);
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            assertThat(wire.passed(Leg.INSIDE)).isEqualTo(before);
            wire.near("ip xfrm policy flush");
            untilLent(wire);
        }
    }

    /// What the inside party says is the first that goes to the outside one: the host gives it another source.
    @Test
    void whatTheHostTranslatesItSendsForItself() throws Exception {
        try (Wire wire = new Wire(
                true,
                "ip address add 10.9.0.3/24 dev wire",
                "iptables -t nat -A POSTROUTING -o wire -p udp -j SNAT --to-source 10.9.0.3")) {
            assertThat(wire.talk(PACKETS)).containsExactly(PACKETS, PACKETS);
            assertThat(wire.passed(Leg.INSIDE)).isZero();
        }
    }
}
