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
import org.koegura.server.peer.Certificate;
import org.koegura.server.peer.LoopbackPorts;

/// The plug is pulled in mid-call and the product starts again: it knows nothing of the dialogs, and everything in them
/// still finds its way in both directions, because their route sets say what routing needs (traps 1, 4, 5).
class RestartIT {

    private static final int TLS = 1;

    @ParameterizedTest
    @EnumSource(RawPeer.Protocol.class)
    void afterKill9EverythingInADialogFromBeforePassesBothWays(RawPeer.Protocol protocol, @TempDir Path folder)
            throws Exception {
        int block = LoopbackPorts.block(40);
        int port = protocol == RawPeer.Protocol.TLS ? block + TLS : block;
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Certificate own = Certificate.of(folder.resolve("certificate"), "IP:127.0.0.1");
        try (RawPeer caller = peer(protocol, own);
                RawPeer callee = peer(protocol, own)) {
            Parties parties = new Parties(caller, callee, sip, way(callee, port));
            Parties.Call endedByCallee;
            Parties.Call endedByCaller;
            Parties.Call ringing;
            Parties.Call accepted;
            try (ProductProcess first = start(folder, block, own)) {
                endedByCallee = parties.establish("one");
                endedByCaller = parties.establish("two");
                ringing = parties.ring("three");
                accepted = parties.ring("four");
                first.process().signal("KILL");
                first.process().awaitExit(Duration.ofSeconds(20));
            }
            try (ProductProcess second = start(folder, block, own)) {
                parties.calleeAccepts(accepted);
                parties.callerAsks(accepted, "BYE", 2);
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
    static Parties.Way way(RawPeer callee, int port) {
        return new Parties.Way(
                Parties.uri(callee),
                "Route: <sip:127.0.0.1:" + port + callee.protocol().parameter() + ";lr>\r\n");
    }

    private static RawPeer peer(RawPeer.Protocol protocol, Certificate own) throws Exception {
        return protocol == RawPeer.Protocol.TLS ? RawPeer.over(own.context()) : RawPeer.over(protocol);
    }

    private static ProductProcess start(Path folder, int block, Certificate own) {
        return ProductProcess.run(
                folder.resolve("data"), block, block + 4, block + 39, own.options("127.0.0.1:" + (block + TLS)));
    }
}
