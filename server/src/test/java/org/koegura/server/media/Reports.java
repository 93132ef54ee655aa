package org.koegura.server.media;

import java.util.HexFormat;
import java.util.List;

/// RTCP packets that are whole, one of each kind that there is (RFC 3550 §6, RFC 4585, RFC 3611), from sources 1 and 2.
final class Reports {

    static final byte[] RECEIVER = hex("80c90001 00000001");

    static final List<byte[]> ALL = List.of(
            RECEIVER,
            hex("81c90007 00000002 00000001 00000000 0000000a 00000003 00000000 00000000"),
            hex("80c80006 00000001 e0000000 00000000 00000140 0000000a 00000640"),
            hex("81c8000c 00000002 e0000000 00000000 00000140 0000000a 00000640"
                    + "00000001 00ffffff 0000000a 00000003 00000000 00000000"),
            hex("81ca0003 00000001 01036162 63000000"),
            hex("82ca0006 00000001 01036162 63000000 00000002 01036162 63000000"),
            hex("81cb0001 00000001"),
            hex("82cb0003 00000001 00000002 03627965"),
            hex("80cc0003 00000001 6e616d65 00000000"),
            hex("81cd0003 00000002 00000001 00010000"),
            hex("81ce0002 00000002 00000001"),
            hex("80cf0004 00000001 04000002 e0000000 00000000"));

    private Reports() {}

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
