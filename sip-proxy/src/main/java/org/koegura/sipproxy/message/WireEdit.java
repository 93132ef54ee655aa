package org.koegura.sipproxy.message;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.koegura.sipproxy.message.Elements.Element;

/// Collects replacements of byte ranges and renders them: every byte outside of them goes out as it came in.
///
/// Not safe for use from several threads. Ranges must not overlap; insertions at one offset keep the order in which
/// they were asked for.
public final class WireEdit {

    // An array and not a copy of it: it goes from here to the rendered message, and is never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Change(int from, int to, byte[] with) {}

    private final WireMessage message;
    private final List<Change> changes = new ArrayList<>();

    public WireEdit(WireMessage message) {
        this.message = message;
    }

    WireMessage message() {
        return message;
    }

    void replace(int from, int to, String with) {
        replace(from, to, Octets.bytes(with));
    }

    void replace(int from, int to, byte[] with) {
        changes.add(new Change(from, to, with));
    }

    void insert(int at, String text) {
        replace(at, at, text);
    }

    /// Takes one element out of its field: the whole field where it stands alone, else up to the next element.
    void remove(Element element) {
        if (element.alone()) {
            replace(element.field().start(), element.field().end(), "");
        } else {
            replace(element.from(), element.next(), "");
        }
    }

    /// The message with all changes made.
    public WireMessage render() {
        List<Change> sorted = new ArrayList<>(changes);
        sorted.sort(Comparator.comparingInt(Change::from).thenComparingInt(Change::to));
        byte[] source = message.raw();
        ByteArrayOutputStream out = new ByteArrayOutputStream(source.length + 512);
        int at = 0;
        for (Change change : sorted) {
            if (change.from < at) {
                throw new IllegalStateException("edits overlap at " + change.from);
            }
            out.write(source, at, change.from - at);
            out.writeBytes(change.with);
            at = change.to;
        }
        out.write(source, at, source.length - at);
        try {
            return WireParser.parseEdited(out.toByteArray());
        } catch (MessageFault e) {
            throw new IllegalStateException("an edit broke the message", e);
        }
    }
}
