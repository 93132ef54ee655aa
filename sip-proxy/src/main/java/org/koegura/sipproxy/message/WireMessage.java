package org.koegura.sipproxy.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.Elements.Element;

/// Step 2 of 10 on the INVITE line: a SIP message as it stands on the wire, with an index over it. Immutable.
///
/// Its bytes are the truth: whatever is read of it is read from them, and what is sent on is these bytes with edits
/// ([WireEdit]). Nothing is printed from a parsed form. What every step asks for is read once and remembered; two
/// threads that ask at the same moment both read it, and find the same.
///
/// ```
/// start line CRLF   field … CRLF (with folds)   field … CRLF   CRLF   body
/// ^0                ^fields.get(0).start()                     ^headEnd ^bodyFrom
/// ```
public final class WireMessage {

    /// What a datagram can hold.
    public static final int BODY_OCTETS_MAX = 65_535;

    private final byte[] bytes;
    private final StartLine startLine;
    private final List<HeaderField> fields;
    private final int headEnd;
    private @Nullable Via topVia;
    private @Nullable NameAddress from;
    private @Nullable NameAddress to;
    private @Nullable String callId;
    private @Nullable CSeq cseq;

    WireMessage(byte[] bytes, StartLine startLine, List<HeaderField> fields, int headEnd) {
        this.bytes = bytes;
        this.startLine = startLine;
        this.fields = List.copyOf(fields);
        this.headEnd = headEnd;
    }

    /// Indexes one datagram. Line ends before the message are skipped (RFC 3261 §7.5), octets after the body are cut
    /// off (§18.3).
    ///
    /// @throws MessageFault where the start line, a header field's form or the framing is wrong
    public static WireMessage parse(byte[] datagram) throws MessageFault {
        return WireParser.parse(datagram);
    }

    /// Indexes bytes that were such a message before, our own edits included.
    public static WireMessage parseAgain(byte[] bytes) throws MessageFault {
        return WireParser.parseEdited(bytes);
    }

    /// The whole message; a copy.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// The whole message, not copied: for reading within the package.
    byte[] raw() {
        return bytes;
    }

    /// Its size in bytes.
    public int length() {
        return bytes.length;
    }

    public StartLine startLine() {
        return startLine;
    }

    public boolean isRequest() {
        return startLine instanceof StartLine.Request;
    }

    /// The request line; only of a request.
    public StartLine.Request request() {
        if (startLine instanceof StartLine.Request request) {
            return request;
        }
        throw new IllegalStateException("a response has no request line");
    }

    /// The status code; 0 for a request.
    public int status() {
        return startLine instanceof StartLine.Status status ? status.code() : 0;
    }

    /// All fields in order.
    List<HeaderField> fields() {
        return fields;
    }

    /// The offset of the empty line that ends the header.
    int headEnd() {
        return headEnd;
    }

    /// The offset of the body.
    int bodyFrom() {
        return Math.min(headEnd + 2, bytes.length);
    }

    /// The body; a copy, empty where there is none.
    public byte[] body() {
        return Arrays.copyOfRange(bytes, bodyFrom(), bytes.length);
    }

    /// The fields of that lower-case long name, in order.
    List<HeaderField> all(String name) {
        List<HeaderField> all = new ArrayList<>(2);
        for (HeaderField field : fields) {
            if (field.name().equals(name)) {
                all.add(field);
            }
        }
        return all;
    }

    /// The first field of that lower-case long name, or null.
    @Nullable
    HeaderField first(String name) {
        for (HeaderField field : fields) {
            if (field.name().equals(name)) {
                return field;
            }
        }
        return null;
    }

    /// How many fields of that name there are.
    public int count(String name) {
        int count = 0;
        for (HeaderField field : fields) {
            count += field.name().equals(name) ? 1 : 0;
        }
        return count;
    }

    /// The value of the first field of that lower-case long name without its folds, or null.
    public @Nullable String value(String name) {
        HeaderField field = first(name);
        return field == null ? null : Octets.unfolded(bytes, field.valueFrom(), field.valueTo());
    }

    /// As [#value], the empty text where the field is absent.
    public String valueOrEmpty(String name) {
        String value = value(name);
        return value == null ? "" : value;
    }

    /// All comma-separated elements of all fields of that name, in order.
    List<Element> elements(String name) {
        List<Element> elements = new ArrayList<>();
        for (HeaderField field : all(name)) {
            elements.addAll(Elements.of(bytes, field));
        }
        return elements;
    }

    /// The text of each element of all fields of that name, in order.
    public List<String> elementTexts(String name) {
        List<String> texts = new ArrayList<>();
        for (Element element : elements(name)) {
            texts.add(Octets.unfolded(bytes, element.from(), element.to()));
        }
        return Collections.unmodifiableList(texts);
    }

    /// All Via values, topmost first.
    public List<Via> vias() throws MessageFault {
        List<Via> vias = new ArrayList<>();
        for (Element element : elements("via")) {
            vias.add(Via.parse(bytes, element));
        }
        return vias;
    }

    /// The topmost Via.
    public Via topVia() throws MessageFault {
        Via known = topVia;
        if (known == null) {
            known = readTopVia();
            topVia = known;
        }
        return known;
    }

    private Via readTopVia() throws MessageFault {
        for (HeaderField field : all("via")) {
            for (Element element : Elements.of(bytes, field)) {
                return Via.parse(bytes, element);
            }
        }
        throw new MessageFault(400, MessageFault.Reason.HEADER, "Missing Via");
    }

    /// All addresses of a list header: `route`, `record-route`, `path`, `contact`.
    public List<NameAddress> addresses(String name) throws MessageFault {
        List<NameAddress> addresses = new ArrayList<>();
        for (Element element : elements(name)) {
            addresses.add(NameAddress.parse(bytes, element));
        }
        return addresses;
    }

    /// The one address of `from` or `to`. A display name may hold a comma there only in quotes.
    public NameAddress address(String name) throws MessageFault {
        HeaderField field = first(name);
        if (field == null) {
            throw new MessageFault(400, MessageFault.Reason.HEADER, "Missing Header Field " + name);
        }
        int from = Octets.skipSpace(bytes, field.valueFrom(), field.valueTo());
        int to = Octets.trimSpace(bytes, from, field.valueTo());
        return NameAddress.parse(bytes, new Element(field, from, to, field.valueTo(), true));
    }

    /// The From address.
    public NameAddress from() throws MessageFault {
        NameAddress known = from;
        if (known == null) {
            known = address("from");
            from = known;
        }
        return known;
    }

    /// The To address.
    public NameAddress to() throws MessageFault {
        NameAddress known = to;
        if (known == null) {
            known = address("to");
            to = known;
        }
        return known;
    }

    /// The Call-ID, or the empty text.
    public String callId() {
        String known = callId;
        if (known == null) {
            known = valueOrEmpty("call-id");
            callId = known;
        }
        return known;
    }

    /// The CSeq.
    public CSeq cseq() throws MessageFault {
        CSeq known = cseq;
        if (known == null) {
            known = CSeq.parse(valueOrEmpty("cseq"));
            cseq = known;
        }
        return known;
    }
}
