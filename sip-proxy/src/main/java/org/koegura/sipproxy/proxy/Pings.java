package org.koegura.sipproxy.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.HealthWatch;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transaction.ClientTransaction;
import org.koegura.sipproxy.transaction.Transactions;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks servers by OPTIONS whether they are there (RFC 3261 §11), each time in a Call-ID of its own.
///
/// Max-Forwards is 70, as in every other request: the Request-URI names the server itself, so that it goes no further,
/// and there are session border controllers that throw away what has none left. Safe from any thread.
final class Pings implements HealthWatch.Asking {

    private static final Logger LOG = LoggerFactory.getLogger(Pings.class);

    /// Over UDP it was sent four times by then.
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final OwnAddress own;
    private final Transactions transactions;
    private final Timers timers;
    private final Lanes lanes;
    private final RandomGenerator random;

    Pings(OwnAddress own, Transactions transactions, Timers timers, Lanes lanes, RandomGenerator random) {
        this.own = own;
        this.transactions = transactions;
        this.timers = timers;
        this.lanes = lanes;
        this.random = random;
    }

    @Override
    public CompletableFuture<Boolean> serves(Hop hop) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        String name = name();
        lanes.post(name, () -> ask(name, hop, answer));
        return answer;
    }

    private void ask(String name, Hop hop, CompletableFuture<Boolean> answer) {
        try {
            ClientTransaction client = transactions.send(options(name, hop), hop, new Listening(answer));
            Timers.Alarm alarm = timers.after(PATIENCE, name, () -> {
                if (answer.complete(false)) {
                    client.terminate();
                }
            });
            var _ = answer.thenRun(alarm::stop);
        } catch (IOException | MessageFault unsent) {
            LOG.warn("sip.ping.unsent reason={}", unsent.getMessage());
            answer.complete(false);
        }
    }

    private WireMessage options(String name, Hop hop) throws MessageFault {
        String here = ProxyEdits.bracketed(own.reachedAt().getAddress()) + ":"
                + own.reachedAt().getPort();
        String there = "sip:" + ProxyEdits.bracketed(hop.address().getAddress()) + ":"
                + hop.address().getPort()
                + (hop.protocol() == Protocol.UDP
                        ? ""
                        : ";transport=" + hop.protocol().parameter());
        return WireMessage.parse(String.join(
                        "\r\n",
                        "OPTIONS " + there + " SIP/2.0",
                        "Via: " + own.via(hop, "z9hG4bK" + name()) + ";rport",
                        "Max-Forwards: 70",
                        "From: <sip:" + here + ">;tag=" + name(),
                        "To: <" + there + ">",
                        "Call-ID: " + name,
                        "CSeq: 1 OPTIONS",
                        "Accept: application/sdp",
                        "Content-Length: 0",
                        "",
                        "")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private String name() {
        byte[] bits = new byte[12];
        random.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /// Any response says that somebody is there; 503 says that it is of no use now.
    private record Listening(CompletableFuture<Boolean> answer) implements ClientTransaction.User {

        @Override
        public void responded(WireMessage response, Hop source) {
            if (response.status() >= 200) {
                answer.complete(response.status() != 503);
            }
        }

        @Override
        public void timedOut() {
            answer.complete(false);
        }

        @Override
        public void failed() {
            answer.complete(false);
        }
    }
}
