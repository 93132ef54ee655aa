package org.koegura.sipproxy.sdp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A session description that could be read: its lines as received, and what they mean.
///
/// Made by [SdpReader]. The lines before the first m-line are the session's; each section starts with its `m=`.
public final class SessionDescription {

    private final List<SdpLine> session;
    private final List<List<SdpLine>> sections;
    private final List<MediaDescription> media;

    SessionDescription(List<SdpLine> session, List<List<SdpLine>> sections, List<MediaDescription> media) {
        this.session = List.copyOf(session);
        this.sections = sections.stream().map(List::copyOf).toList();
        this.media = List.copyOf(media);
    }

    /// The m-lines, in order.
    public List<MediaDescription> media() {
        return media;
    }

    /// The same, where nothing is sent to the parties of some m-lines, and no reports (RTCP) to those of others. This
    /// very one where there are none of either.
    public SessionDescription without(Predicate<MediaDescription> forbidden, Predicate<MediaDescription> unreported) {
        return media.stream().noneMatch(forbidden.or(unreported))
                ? this
                : meaning(line -> {
                    MediaDescription reported = unreported.test(line) ? line.withoutReports() : line;
                    return forbidden.test(line) ? reported.withoutAddress() : reported;
                });
    }

    /// The same with m-lines that mean something else; its bytes stay.
    public SessionDescription meaning(UnaryOperator<MediaDescription> meant) {
        return new SessionDescription(
                session, sections, media.stream().map(meant).toList());
    }

    List<SdpLine> session() {
        return session;
    }

    List<List<SdpLine>> sections() {
        return sections;
    }

    /// The bytes as received.
    public byte[] bytes() {
        StringBuilder text = new StringBuilder();
        session.forEach(line -> text.append(line.text()).append(line.ending()));
        sections.forEach(
                section -> section.forEach(line -> text.append(line.text()).append(line.ending())));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
