package org.koegura.sipproxy.dns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One record of an answer, as far as RFC 3263 needs it. Names are in lower case, without a final dot.
sealed interface Entry {

    /// Where to ask next for a service (RFC 3403 §4.1).
    ///
    /// @param flags in lower case: `s` where the replacement has SRV records
    /// @param service in upper case, such as `SIP+D2T`
    record Naptr(int order, int preference, String flags, String service, String replacement) implements Entry {}

    /// A server (RFC 2782).
    ///
    /// @param target empty where the service is decidedly not offered
    record Srv(int priority, int weight, int port, String target) implements Entry {}

    /// An address.
    record Address(InetAddress address) implements Entry {}

    /// Reads a record. Null where it is of another kind, or malformed.
    static @Nullable Entry of(DnsRawRecord record) {
        ByteBuf in = record.content().duplicate();
        try {
            if (record.type().equals(DnsRecordType.A) || record.type().equals(DnsRecordType.AAAA)) {
                byte[] address = new byte[in.readableBytes()];
                in.readBytes(address);
                return new Address(InetAddress.getByAddress(address));
            }
            if (record.type().equals(DnsRecordType.SRV)) {
                return new Srv(in.readUnsignedShort(), in.readUnsignedShort(), in.readUnsignedShort(), name(in));
            }
            if (record.type().equals(DnsRecordType.NAPTR)) {
                int order = in.readUnsignedShort();
                int preference = in.readUnsignedShort();
                String flags = text(in).toLowerCase(Locale.ROOT);
                String service = text(in).toUpperCase(Locale.ROOT);
                text(in); // a regular expression, which RFC 3263 §4.1 has no use for
                return new Naptr(order, preference, flags, service, name(in));
            }
            return null;
        } catch (IndexOutOfBoundsException | CorruptedFrameException | UnknownHostException malformed) {
            return null;
        }
    }

    private static String text(ByteBuf in) {
        int length = in.readUnsignedByte();
        return in.readCharSequence(length, StandardCharsets.US_ASCII).toString();
    }

    private static String name(ByteBuf in) {
        String name = DefaultDnsRecordDecoder.decodeName(in).toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
