package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.server.conformance.TwoSides.Side;
import org.koegura.server.peer.SmallWire;

/// Requests over UDP that are larger than what the wire takes (trap 13): peers and product stand in a network whose
/// packets have at most 1280 octets, the least of IPv6, and the kernel says what it cut and put together.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FragmentsIT {

    private static final int MTU = 1280;
    private static final int FILLING = 9000;

    /// To the product, and from there on.
    private static final int HOPS = 2;

    @SuppressWarnings("NullAway.Init") // set before all
    private SmallWire wire;

    @SuppressWarnings("NullAway.Init") // set before all
    private TwoSides sides;

    @BeforeAll
    void start(@TempDir Path folder) {
        wire = SmallWire.of(folder, MTU);
        sides = TwoSides.start(folder, wire, "--trunk-profile", "ngn", "--trunk-mtu", Integer.toString(MTU));
    }

    @AfterAll
    void stop() throws Exception {
        try {
            sides.close();
        } finally {
            wire.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void anInviteOfNineKilobytesPassesWholeInFragmentsAndTheCallIsUp(Side from) throws Exception {
        long cut = wire.counted("FragOKs");
        long pieces = wire.counted("FragCreates");
        long joined = wire.counted("ReasmOKs");
        sides.play(from, Flow.CALL, TwoSides.filled(FILLING));
        assertThat(wire.counted("FragOKs") - cut).as("datagrams that were cut").isGreaterThanOrEqualTo(HOPS);
        assertThat(wire.counted("FragCreates") - pieces)
                .as("the pieces")
                .isGreaterThanOrEqualTo(HOPS * (FILLING / MTU + 1));
        assertThat(wire.counted("ReasmOKs") - joined)
                .as("datagrams that were put together")
                .isGreaterThanOrEqualTo(HOPS);
        assertThat(wire.counted("ReasmFails")).isZero();
    }
}
