package org.koegura.rtpcapture.kernel;

import java.net.Inet4Address;
import java.net.InetSocketAddress;

/// Which way a flow goes.
///
/// @param from whose packets
/// @param at the port of ours that they come to
/// @param via the port of ours that they leave from
/// @param to whom they go to
/// @param typeOfService IP type-of-service octet that they leave with
public record Route(
        InetSocketAddress from, InetSocketAddress at, InetSocketAddress via, InetSocketAddress to, int typeOfService) {

    /// Whether the kernel's program can take it: it knows IPv4 alone.
    boolean isOfIpv4() {
        return from.getAddress() instanceof Inet4Address
                && at.getAddress() instanceof Inet4Address
                && via.getAddress() instanceof Inet4Address
                && to.getAddress() instanceof Inet4Address;
    }
}
