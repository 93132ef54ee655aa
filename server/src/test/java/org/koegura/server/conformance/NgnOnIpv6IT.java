package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.koegura.server.conformance.TwoSides.Side;

/// The carrier profile `ngn` (J1) where the carrier speaks IPv6, as Japanese trunks do, and the PBX IPv4: each side is
/// told an address of its own family.
class NgnOnIpv6IT extends TwoSidesFlows {

    private static final int MTU = 1280;

    @Override
    TwoSides started(Path folder) {
        return TwoSides.startOnIpv6(folder, "--trunk-profile", "ngn", "--trunk-mtu", Integer.toString(MTU));
    }

    private static Stream<Arguments> mainFlows() {
        return Stream.of(Flow.TIMER, Flow.EARLY, Flow.HOLD, Flow.CANCEL, Flow.LATE)
                .flatMap(flow -> Stream.of(Side.values()).map(from -> Arguments.of(flow, from)));
    }

    @ParameterizedTest
    @MethodSource("mainFlows")
    void theMainFlowsPassFromOneFamilyToTheOther(Flow flow, Side from) throws Exception {
        sides().play(from, flow, Map.of());
    }

    @Test
    void anInviteOverTheTrunksLimitIsCountedAndGoesOverUdpWhole() throws Exception {
        sides().play(Side.PBX, Flow.CALL, TwoSides.filled(3000));
        assertThat(sides().api().metric("koegura_sip_oversize_requests_total")).isEqualTo(1);
    }
}
