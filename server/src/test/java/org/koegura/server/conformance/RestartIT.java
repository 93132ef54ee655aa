package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.server.ProductProcess;
import org.koegura.server.peer.LoopbackPorts;

/// The plug is pulled in mid-call and the product starts again: it knows nothing of the dialogs, and everything in them
/// still finds its way in both directions, because their route sets say what routing needs (traps 1, 4, 5).
class RestartIT {

    @ParameterizedTest
    @EnumSource(RawPeer.Protocol.class)
    void afterKill9EverythingInADialogFromBeforePassesBothWays(RawPeer.Protocol protocol, @TempDir Path folder)
            throws Exception {
        int block = LoopbackPorts.block(40);
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
        try (RawPeer caller = RawPeer.over(protocol);
                RawPeer callee = RawPeer.over(protocol)) {
            Parties parties = new Parties(caller, callee, sip, way(callee, block));
            Parties.Call endedByCallee;
            Parties.Call endedByCaller;
            Parties.Call ringing;
            try (ProductProcess first = start(folder, block)) {
                endedByCallee = parties.establish("one");
                endedByCaller = parties.establish("two");
                ringing = parties.ring("three");
                first.process().signal("KILL");
                first.process().awaitExit(Duration.ofSeconds(20));
            }
            try (ProductProcess second = start(folder, block)) {
                parties.callerAsks(endedByCallee, "INVITE", 2);
                parties.calleeAsks(endedByCallee, "INVITE", 1);
                parties.callerCancels(ringing);
                parties.calleeAsks(endedByCallee, "BYE", 2);
                parties.callerAsks(endedByCaller, "BYE", 2);
                assertThat(second.process().isAlive()).isTrue();
            }
        }
    }

    /// The callee's own address, by way of the product.
    private static Parties.Way way(RawPeer callee, int port) {
        return new Parties.Way(
                Parties.uri(callee),
                "Route: <sip:127.0.0.1:" + port + callee.protocol().parameter() + ";lr>\r\n");
    }

    private static ProductProcess start(Path folder, int block) {
        return ProductProcess.run(folder.resolve("data"), block, block + 4, block + 39);
    }
}
