package org.koegura.sipproxy.dns;

import io.netty.handler.codec.dns.DnsRecordType;

/// What a name server is asked.
///
/// @param name in lower case, without a final dot
record Question(String name, DnsRecordType type) {}
