package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.server.ProductProcess;
import org.koegura.server.peer.LoopbackPorts;

/// The plug is pulled while telephones are registered over TCP, and with it all their connections: what the registrar
/// keeps of them still leads to them after the start, or is refused as RFC 5626 wants it (trap 32).
class FlowRestartIT {

    private static final String REGISTRAR = "127.0.0.2";

    private static final String OUTBOUND = ";reg-id=1;+sip.instance=\"<urn:uuid:0>\"";

    /// How a registrar keeps the way back to a telephone.
    enum Kept {
        /// As Path (RFC 3327).
        PATH,
        /// As a Contact of ours, in the place of the telephone's.
        CONTACT;

        String[] options(RawPeer registrar) {
            List<String> options =
                    new ArrayList<>(List.of("--upstream", registrar.hostPort(), "--health-interval", "0"));
            if (this == CONTACT) {
                options.addAll(List.of("--path-contact", REGISTRAR));
            }
            return options.toArray(String[]::new);
        }
    }

    @ParameterizedTest
    @EnumSource(Kept.class)
    void afterKill9ATelephoneOverTcpIsCalledAtItsContactAndADialogWithItGoesOn(Kept kept, @TempDir Path folder)
            throws Exception {
        int block = LoopbackPorts.block(40);
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
        try (RawPeer registrar = RawPeer.over(RawPeer.Protocol.UDP, REGISTRAR);
                RawPeer telephone = RawPeer.over(RawPeer.Protocol.TCP)) {
            Parties parties;
            Parties.Call before;
            try (ProductProcess first = start(folder, block, kept.options(registrar))) {
                String register = register(telephone, "r", "", registrar, sip);
                parties = new Parties(registrar, telephone, sip, wayBack(register));
                before = parties.establish("before");
                kill(first);
            }
            try (ProductProcess second = start(folder, block, kept.options(registrar))) {
                Parties.Call after = parties.establish("after");
                parties.callerAsks(before, "INVITE", 2);
                parties.calleeAsks(before, "INVITE", 1);
                parties.callerAsks(after, "BYE", 2);
                parties.calleeAsks(before, "BYE", 2);
                assertThat(second.process().isAlive()).isTrue();
            }
        }
    }

    /// Its registrar knows its other flow, and asks that one (RFC 5626 §5.3).
    @Test
    void afterKill9WhoeverRegisteredForOutboundIsRefusedWith430UntilItRegistersAgain(@TempDir Path folder)
            throws Exception {
        int block = LoopbackPorts.block(40);
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
        try (RawPeer registrar = RawPeer.over(RawPeer.Protocol.UDP, REGISTRAR);
                RawPeer telephone = RawPeer.over(RawPeer.Protocol.TCP)) {
            String[] options = Kept.PATH.options(registrar);
            Parties.Way old;
            try (ProductProcess first = start(folder, block, options)) {
                register(telephone, "r", OUTBOUND, registrar, sip);
                old = wayBack(
                        register(telephone, "refresh", OUTBOUND, registrar, sip)); // a refresh: the registrar is known
                kill(first);
            }
            try (ProductProcess second = start(folder, block, options)) {
                new Parties(registrar, telephone, sip, old).refused("gone", "430 Flow Failed");
                Parties.Way anew = wayBack(register(telephone, "anew", OUTBOUND, registrar, sip));
                Parties parties = new Parties(registrar, telephone, sip, anew);
                parties.callerAsks(parties.establish("anew"), "BYE", 2);
                assertThat(second.process().isAlive()).isTrue();
            }
        }
    }

    /// What the registrar got.
    private static String register(
            RawPeer telephone, String branch, String more, RawPeer registrar, InetSocketAddress sip)
            throws IOException, InterruptedException {
        String lines = "From: <sip:x@example.com>;tag=r\r\nTo: <sip:x@example.com>\r\n"
                + (more.isEmpty() ? "" : "Supported: path, outbound\r\n");
        String request = Parties.request(
                telephone, "REGISTER sip:" + registrar.hostPort(), branch, "register", "1 REGISTER", lines);
        String contact = "Contact: <" + Parties.uri(telephone) + ">";
        telephone.send(request.replace(contact, contact + more), sip);
        String arrived = registrar.receive("REGISTER ");
        String kept = RawPeer.all(arrived, "Contact").getFirst();
        String ok = Parties.response(arrived, "200 OK", kept.substring(1, kept.indexOf('>')), "");
        String confirmed = more.isEmpty() ? ok : ok.replaceFirst("Contact: ", "Require: outbound\r\nContact: ");
        registrar.send(confirmed, sip);
        telephone.receive("SIP/2.0 200 ");
        return arrived;
    }

    /// As the registrar sends what is for the telephone.
    private static Parties.Way wayBack(String register) {
        String contact = RawPeer.all(register, "Contact").getFirst();
        StringBuilder routes = new StringBuilder();
        RawPeer.all(register, "Path")
                .forEach(path -> routes.append("Route: ").append(path).append("\r\n"));
        return new Parties.Way(contact.substring(1, contact.indexOf('>')), routes.toString());
    }

    private static ProductProcess start(Path folder, int block, String... options) {
        return ProductProcess.run(folder.resolve("data"), block, block + 4, block + 39, options);
    }

    private static void kill(ProductProcess product) throws IOException, InterruptedException {
        product.process().signal("KILL");
        product.process().awaitExit(Duration.ofSeconds(20));
    }
}
