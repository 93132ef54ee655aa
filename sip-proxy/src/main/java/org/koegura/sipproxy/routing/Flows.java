package org.koegura.sipproxy.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// The connections over which telephones are reached, whatever their Contact says (RFC 5626 §5). A flow is named in our
/// Path and Record-Route in words that only we can write, which hold for just that connection:
///
/// ```
/// t|s    8 or 32 digits: address    4 digits: port    16 digits: proof over these, the connection, and what it is for
/// ```
///
/// A connection that is closed, or one from before a restart, has no flow any more. Where a Contact of ours
/// stands for a telephone's, its flow is remembered here, since that Contact must stay the same over all of
/// them. Safe from any thread.
public final class Flows {

    /// Far more telephones than a city has; forgets the flow that was confirmed longest ago, and counts it.
    static final int FLOWS_MAX = 16_384;

    /// Far more registrars than a city has; forgets the one that confirmed outbound longest ago, and counts it.
    static final int REGISTRARS_MAX = 256;

    private static final int PROOF_BYTES = 8;
    private static final int PROOF_DIGITS = 2 * PROOF_BYTES;
    private static final int PORT_DIGITS = 4;

    /// Both parties of a dialog may have one.
    private static final int FLOWS_OF_DIALOG_MAX = 2;

    private final Secret secret;
    private final Function<Hop, @Nullable String> connections;
    private final Runnable forgotten;
    private final LinkedHashMap<String, String> byBinding = new LinkedHashMap<>();
    private final LinkedHashSet<InetAddress> outbound = new LinkedHashSet<>();

    /// @param connections names the open connection to a hop, as no other ever; null where there is none
    /// @param forgotten told of each flow that is forgotten for want of room
    public Flows(Secret secret, Function<Hop, @Nullable String> connections, Runnable forgotten) {
        this.secret = secret;
        this.connections = connections;
        this.forgotten = forgotten;
    }

    /// Names the connection over which a telephone registered.
    ///
    /// @return null where there is none
    public @Nullable String ofTelephone(Hop telephone) {
        return named(telephone, "telephone");
    }

    /// Names the connection of one party of a dialog that begins; it holds for requests that go to that party.
    ///
    /// @param caller whether it is the one who begins it
    /// @return null where there is none
    public @Nullable String ofParty(Hop party, boolean caller, WireMessage request) throws MessageFault {
        return named(
                party,
                caller ? "caller" : "callee",
                request.callId(),
                request.from().tag());
    }

    /// A registrar confirmed a binding of a telephone there. Over UDP it has no flow.
    public void confirmed(String binding, Hop telephone) {
        String flow = ofTelephone(telephone);
        synchronized (byBinding) {
            byBinding.remove(binding); // the youngest stands last
            if (flow != null) {
                byBinding.put(binding, flow);
            }
            if (byBinding.size() > FLOWS_MAX) {
                byBinding.pollFirstEntry();
                forgotten.run();
            }
        }
    }

    /// A registrar confirmed a registration, and said whether it knows of outbound (RFC 5626 §6).
    public void outbound(InetAddress registrar, boolean knows) {
        synchronized (outbound) {
            outbound.remove(registrar); // the youngest stands last
            if (knows) {
                outbound.add(registrar);
            }
            if (outbound.size() > REGISTRARS_MAX) {
                outbound.removeFirst();
                forgotten.run();
            }
        }
    }

    /// Whether it would try a telephone's other flows if this one failed. After a start nobody is known to; what
    /// registered before says so itself.
    public boolean triesOthers(InetAddress registrar) {
        synchronized (outbound) {
            return outbound.contains(registrar);
        }
    }

    /// The connection that a request with that mark is meant for.
    ///
    /// @return null where it is meant for none, or that one is closed
    @Nullable
    Hop toward(Mark mark, WireMessage request) throws MessageFault {
        String binding = mark.binding();
        if (binding != null) {
            return at(kept(binding), "telephone");
        }
        if (mark.telephone() != null) {
            return at(mark.flow(), "telephone");
        }
        return mark.flow() == null || request.to().tag().isEmpty() ? null : ofDialog(mark.flow(), request);
    }

    private @Nullable String kept(String binding) {
        synchronized (byBinding) {
            return byBinding.get(binding);
        }
    }

    private @Nullable Hop ofDialog(String flows, WireMessage request) throws MessageFault {
        String[] each = flows.split("\\.", FLOWS_OF_DIALOG_MAX + 1);
        for (int i = 0; i < Math.min(each.length, FLOWS_OF_DIALOG_MAX); i++) {
            Hop caller = at(each[i], "caller", request.callId(), request.to().tag());
            Hop found = caller != null
                    ? caller
                    : at(each[i], "callee", request.callId(), request.from().tag());
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable String named(Hop hop, String... purpose) {
        String connection = hop.protocol().isReliable() ? connections.apply(hop) : null;
        if (connection == null) {
            return null;
        }
        String place = (hop.protocol() == Protocol.TLS ? "s" : "t")
                + HexFormat.of().formatHex(hop.address().getAddress().getAddress())
                + HexFormat.of().toHexDigits((short) hop.address().getPort());
        return place + proof(place, connection, purpose);
    }

    private @Nullable Hop at(@Nullable String flow, String... purpose) {
        Hop hop = flow == null ? null : place(flow);
        String expected = hop == null ? null : named(hop, purpose);
        return expected != null && flow != null && isEqual(expected, flow) ? hop : null;
    }

    private static boolean isEqual(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.ISO_8859_1), other.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static @Nullable Hop place(String flow) {
        int digits = flow.length() - 1 - PORT_DIGITS - PROOF_DIGITS;
        if ((digits != 8 && digits != 32) || !flow.matches("[st][0-9a-f]+")) {
            return null;
        }
        try {
            byte[] octets = HexFormat.of().parseHex(flow, 1, 1 + digits);
            int port = HexFormat.fromHexDigits(flow, 1 + digits, 1 + digits + PORT_DIGITS);
            return new Hop(
                    flow.charAt(0) == 's' ? Protocol.TLS : Protocol.TCP,
                    new InetSocketAddress(InetAddress.getByAddress(octets), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address is 4 or 16 octets", e);
        }
    }

    private String proof(String place, String connection, String... purpose) {
        String[] parts = new String[purpose.length + 3];
        parts[0] = "flow";
        parts[1] = place;
        parts[2] = connection;
        System.arraycopy(purpose, 0, parts, 3, purpose.length);
        return secret.name(PROOF_BYTES, parts);
    }
}
