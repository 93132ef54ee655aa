package org.koegura.sipproxy.routing;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import org.koegura.sipproxy.message.Brackets;

/// That somebody called in by a trunk and heard what was played before the answer (N3): of that one server of the
/// carrier, and from that day on.
///
/// @param trunk the server by its host; each way to write that is the same
/// @param day when it was proven
public record EarlyProof(String trunk, LocalDate day) {

    /// The day is the city's.
    private static final ZoneId ZONE = ZoneId.of("Asia/Tokyo");

    public EarlyProof {
        trunk = normal(trunk);
    }

    /// One way to write a host: in lower case, without a final dot, an address as Java writes it.
    private static String normal(String host) {
        String bare = Brackets.off(host.toLowerCase(Locale.ROOT));
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(bare);
        if (literal != null) {
            return literal.getHostAddress();
        }
        return bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    }

    /// Whether it is of that server.
    ///
    /// @param host as the list of trunks has it
    public boolean isOf(String host) {
        return normal(host).equals(trunk);
    }

    /// A proof that is to be made tomorrow proves nothing today.
    boolean holdsAt(Instant now) {
        return !LocalDate.ofInstant(now, ZONE).isBefore(day);
    }
}
