package org.koegura.sipproxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads as much of a session description as a relay must understand; the rest it keeps without looking.
public final class SdpReader {

    /// More m-lines than this are refused as unreadable: each costs four ports.
    static final int M_LINES_MAX = 16;

    /// More lines than this are no session description.
    static final int LINES_MAX = 2_000;

    private SdpReader() {}

    /// What came of reading.
    public sealed interface Reading {

        /// It can be edited.
        record Understood(SessionDescription sdp) implements Reading {}

        /// It cannot; `why` is in our words and carries nothing of the body.
        record Unreadable(String why) implements Reading {}
    }

    /// Reads a body of type `application/sdp`. Total: whatever the bytes, it returns.
    public static Reading read(byte[] body) {
        List<SdpLine> lines = SdpLine.cut(new String(body, StandardCharsets.ISO_8859_1));
        if (lines.isEmpty() || lines.getFirst().type() != 'v') {
            return new Reading.Unreadable("it does not start with v=");
        }
        if (lines.size() > LINES_MAX) {
            return new Reading.Unreadable("it has too many lines");
        }
        Cut cut = cut(lines);
        if (cut.sections.size() > M_LINES_MAX) {
            return new Reading.Unreadable("it has too many m-lines");
        }
        return readSections(cut.session, cut.sections);
    }

    /// Reads what [#read] cannot, m-line by m-line, for a message that nobody can refuse any more: every m-line that
    /// has a port is understood, as far as it can be relayed; the others, and those that are too many, are
    /// [Withdrawn]. Total.
    public static SessionDescription salvage(byte[] body) {
        Cut cut = cut(SdpLine.cut(new String(body, StandardCharsets.ISO_8859_1)));
        List<MediaDescription> media = new ArrayList<>();
        List<List<SdpLine>> sections = new ArrayList<>();
        for (List<SdpLine> section : cut.sections) {
            MediaDescription read = media.size() < M_LINES_MAX ? new SectionReader(cut.session, section).read() : null;
            media.add(read == null ? MediaDescription.UNREADABLE : read.atNamelessHost());
            sections.add(read == null ? Withdrawn.of(section) : section);
        }
        return new SessionDescription(cut.session, sections, media);
    }

    private record Cut(List<SdpLine> session, List<List<SdpLine>> sections) {}

    private static Cut cut(List<SdpLine> lines) {
        List<SdpLine> session = new ArrayList<>();
        List<List<SdpLine>> sections = new ArrayList<>();
        List<SdpLine> open = session;
        for (SdpLine line : lines) {
            if (line.type() == 'm') {
                open = new ArrayList<>();
                sections.add(open);
            }
            open.add(line);
        }
        return new Cut(session, sections);
    }

    private static Reading readSections(List<SdpLine> session, List<List<SdpLine>> sections) {
        List<MediaDescription> media = new ArrayList<>();
        for (List<SdpLine> section : sections) {
            MediaDescription description = new SectionReader(session, section).read();
            if (description == null) {
                return new Reading.Unreadable("an m-line has no media, port and transport");
            }
            if (description.relayed() && description.host() == null) {
                return new Reading.Unreadable("an m-line has no c= that applies to it");
            }
            media.add(description);
        }
        return new Reading.Understood(new SessionDescription(session, sections, media));
    }

    /// A decimal number of at most `max`; null where it is none. Leading zeros are allowed, a sign is not.
    static @Nullable Integer number(String text, int max) {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int value = Integer.parseInt(text);
        return value > max ? null : value;
    }
}
