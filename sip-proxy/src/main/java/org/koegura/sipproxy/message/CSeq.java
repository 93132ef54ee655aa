package org.koegura.sipproxy.message;

/// RFC 3261 §20.16.
///
/// @param number less than 2^31
/// @param method as written
public record CSeq(long number, String method) {

    static CSeq parse(String value) throws MessageFault {
        int space = 0;
        while (space < value.length() && value.charAt(space) > ' ') {
            space++;
        }
        String number = value.substring(0, space);
        String method = value.substring(space).strip();
        if (!Octets.isNumber(number) || !Octets.isToken(method) || Long.parseLong(number) >= 1L << 31) {
            throw new MessageFault(400, MessageFault.Reason.HEADER, "Bad CSeq");
        }
        return new CSeq(Long.parseLong(number), method);
    }
}
