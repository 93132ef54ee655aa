package org.koegura.sipproxy.admission;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/// One network in CIDR notation (RFC 4632), of either family. An IPv4 address is the same where it comes mapped
/// into IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2).
///
/// @param first its first address
/// @param prefix how many leading bits all of its addresses share
public record Network(InetAddress first, int prefix) {

    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final int MAPPED_BYTES = 12;
    private static final int MAPPED_BITS = 8 * MAPPED_BYTES;

    public Network {
        int bits = 8 * octets(first).length;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("network: a prefix of 0 to " + bits + " bits is needed");
        }
        if (!isFirst(octets(first), prefix)) {
            throw new IllegalArgumentException("network: no bit after the prefix may be set");
        }
    }

    /// Reads `ADDRESS/PREFIX`, or one address. Asks nobody for a name.
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        if (!ADDRESS.matcher(written).matches()) {
            throw new IllegalArgumentException("network: an address is needed");
        }
        InetAddress address = InetAddress.ofLiteral(written);
        int bits = 8 * octets(address).length;
        if (slash < 0) {
            return new Network(address, bits);
        }
        String digits = text.substring(slash + 1);
        if (!digits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("network: a number of bits is needed");
        }
        boolean mapped = bits == 32 && text.indexOf(':') >= 0;
        return new Network(address, Integer.parseInt(digits) - (mapped ? MAPPED_BITS : 0));
    }

    /// Whether an address is of this network.
    public boolean contains(InetAddress address) {
        byte[] mine = octets(first);
        byte[] other = octets(address);
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (isSet(mine, bit) != isSet(other, bit)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFirst(byte[] octets, int prefix) {
        for (int bit = prefix; bit < 8 * octets.length; bit++) {
            if (isSet(octets, bit)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSet(byte[] octets, int bit) {
        return (octets[bit / 8] >> (7 - bit % 8) & 1) != 0;
    }

    /// Its 4 octets also where it comes as a mapped IPv6 address, as some sockets give it.
    static byte[] octets(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 4) {
            return octets;
        }
        for (int i = 0; i < MAPPED_BYTES; i++) {
            if (octets[i] != (i < MAPPED_BYTES - 2 ? 0 : (byte) 0xff)) {
                return octets;
            }
        }
        return Arrays.copyOfRange(octets, MAPPED_BYTES, octets.length);
    }
}
