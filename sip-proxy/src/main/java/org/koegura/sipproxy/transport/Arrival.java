package org.koegura.sipproxy.transport;

/// What may be one message: a UDP payload, or what a stream was cut into.
///
/// @param bytes its octets; belong to whoever holds the arrival
/// @param from whom it came from
// An array and not a copy of it: arrivals are handed over, and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Arrival(byte[] bytes, Hop from) {}
