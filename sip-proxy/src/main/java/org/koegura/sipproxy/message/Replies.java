package org.koegura.sipproxy.message;

import java.util.ArrayList;
import java.util.List;

/// Messages that this proxy originates itself, made of the fields of the message they answer or follow: those are
/// copied as bytes, not printed anew.
public final class Replies {

    private Replies() {}

    /// A response to a request (RFC 3261 §8.2.6): its Via, From, To, Call-ID and CSeq fields, and nothing else of it.
    /// Of fields that must not stand twice, the first; what the request lacks, its answer lacks.
    ///
    /// @param toTag added to To where that has none; empty for a 100
    /// @param extra further header lines without their line ends
    public static WireMessage response(WireMessage request, int status, String reason, String toTag, List<String> extra)
            throws MessageFault {
        StringBuilder text = new StringBuilder(512);
        text.append("SIP/2.0 ").append(status).append(' ').append(reason).append("\r\n");
        for (HeaderField field : request.fields()) {
            boolean first = field.equals(request.first(field.name()));
            switch (field.name()) {
                case "via" -> text.append(line(request, field));
                case "from", "call-id", "cseq" -> text.append(first ? line(request, field) : "");
                case "timestamp" -> text.append(status == 100 ? line(request, field) : "");
                case "to" -> text.append(first ? to(request, field, toTag) : "");
                default -> {}
            }
        }
        extra.forEach(line -> text.append(line).append("\r\n"));
        return WireMessage.parse(
                Octets.bytes(text.append("Content-Length: 0\r\n\r\n").toString()));
    }

    /// A 200 that describes a session.
    public static WireMessage described(WireMessage request, String toTag, List<String> extra, byte[] sdp)
            throws MessageFault {
        List<String> lines = new ArrayList<>(extra);
        lines.add("Content-Type: application/sdp");
        byte[] head = response(request, 200, "OK", toTag, lines).bytes();
        String empty = "Content-Length: 0\r\n\r\n";
        String text = Octets.text(head, 0, head.length - empty.length());
        return WireMessage.parse(
                Octets.bytes(text + "Content-Length: " + sdp.length + "\r\n\r\n" + Octets.text(sdp, 0, sdp.length)));
    }

    /// The CANCEL of a request that we sent (§9.1): its Request-URI, topmost Via, Route, From, To, Call-ID, and the
    /// number of its CSeq.
    ///
    /// @param reasons the lines that say why (RFC 3326), as [#reasons] takes them from another CANCEL
    public static WireMessage cancel(WireMessage sent, List<String> reasons) throws MessageFault {
        return followUp(sent, "CANCEL", "", reasons);
    }

    /// The Reason lines of a request as they were written, without their line ends. A CANCEL is made anew on each hop,
    /// and a telephone shows a missed call where it is not told that the call was taken elsewhere (RFC 3326 §2).
    public static List<String> reasons(WireMessage request) {
        return request.fields().stream()
                .filter(field -> field.name().equals("reason"))
                .map(field -> line(request, field).stripTrailing())
                .toList();
    }

    /// The ACK of a final response other than 2xx to an INVITE that we sent (§17.1.1.3).
    ///
    /// @param toTag tag of the response's To; empty where it has none
    public static WireMessage errorAck(WireMessage sent, String toTag) throws MessageFault {
        return followUp(sent, "ACK", toTag, List.of());
    }

    private static WireMessage followUp(WireMessage sent, String method, String toTag, List<String> more)
            throws MessageFault {
        StringBuilder text = new StringBuilder(512);
        Via via = sent.topVia();
        text.append(method).append(' ').append(sent.request().uri()).append(" SIP/2.0\r\nVia: ");
        text.append(Octets.text(sent.raw(), via.element().from(), via.element().to()));
        text.append("\r\nMax-Forwards: 70\r\n");
        for (HeaderField field : sent.fields()) {
            switch (field.name()) {
                case "route", "from", "call-id" -> text.append(line(sent, field));
                case "to" -> text.append(to(sent, field, toTag));
                default -> {}
            }
        }
        text.append("CSeq: ").append(sent.cseq().number()).append(' ').append(method);
        text.append("\r\n");
        more.forEach(line -> text.append(line).append("\r\n"));
        text.append("Content-Length: 0\r\n\r\n");
        return WireMessage.parse(Octets.bytes(text.toString()));
    }

    private static String line(WireMessage message, HeaderField field) {
        return Octets.text(message.raw(), field.start(), field.end());
    }

    /// A To that cannot be read is given back as it came.
    private static String to(WireMessage request, HeaderField field, String toTag) {
        String tag;
        try {
            tag = request.to().tag();
        } catch (MessageFault e) {
            tag = "?";
        }
        if (toTag.isEmpty() || !tag.isEmpty()) {
            return line(request, field);
        }
        return Octets.text(request.raw(), field.start(), field.valueTo()) + ";tag=" + toTag + "\r\n";
    }
}
