package org.koegura.rtpcapture;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// The addresses of this machine that media ports are bound on, and that SDP names.
///
/// @param usual for parties of its own family, and for all where there is no other
/// @param other for parties of the other family; null where only one is spoken
public record MediaAddresses(InetAddress usual, @Nullable InetAddress other) {

    public MediaAddresses {
        if (other != null && isSix(usual) == isSix(other)) {
            throw new IllegalArgumentException("two media addresses of one family");
        }
    }

    /// A single one.
    public static MediaAddresses of(InetAddress usual) {
        return new MediaAddresses(usual, null);
    }

    /// As an operator reads it.
    @Override
    public String toString() {
        return usual.getHostAddress() + (other == null ? "" : " or " + other.getHostAddress());
    }

    /// The one for a party at that address.
    ///
    /// @param party null where it is not known
    InetAddress towards(@Nullable InetAddress party) {
        return party == null || other == null || isSix(party) == isSix(usual) ? usual : other;
    }

    private static boolean isSix(InetAddress address) {
        return address instanceof Inet6Address;
    }
}
