package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.sdp.SdpSamples.bytes;
import static org.koegura.sipproxy.sdp.SdpSamples.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Trap 30: of a multipart body the session description alone is replaced; ISUP, pictures, PIDF and SIPREC metadata
/// beside it, before and behind, in parts of parts, keep every byte.
final class SdpBodyPropertyTest {

    /// A part that is no description: any bytes, whatever its type.
    ///
    /// @param counted whether it has a Content-Length of its own
    record Other(String type, String content, boolean counted) {

        String text(String end) {
            return part("Content-Type: " + type, content, counted, end);
        }
    }

    private static String part(String header, String content, boolean counted, String end) {
        String length = counted ? "Content-Length: " + content.length() + end : "";
        return header + end + length + "Content-Disposition: signal;handling=optional" + end + end + content;
    }

    @Provide
    Arbitrary<Other> other() {
        return Combinators.combine(
                        Arbitraries.of(
                                "application/isup;version=itu-t92+",
                                "application/pidf+xml",
                                "application/rs-metadata+xml",
                                "image/jpeg",
                                "text/plain; note=\"application/sdp\""),
                        Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(60),
                        Arbitraries.of(true, false))
                .as(Other::new);
    }

    @Provide
    Arbitrary<List<Other>> others() {
        return other().list().ofMaxSize(3);
    }

    private static String multipart(List<String> parts, String boundary, String end) {
        StringBuilder body = new StringBuilder("preamble" + end);
        parts.forEach(part ->
                body.append("--").append(boundary).append(end).append(part).append(end));
        return body.append("--")
                .append(boundary)
                .append("--")
                .append(end)
                .append("epilogue")
                .toString();
    }

    private static String around(
            List<Other> before, List<Other> after, String description, int depth, boolean counted, String end) {
        List<String> parts = new ArrayList<>();
        before.forEach(other -> parts.add(other.text(end)));
        boolean innermost = depth == 1;
        String content = innermost ? description : around(after, before, description, depth - 1, counted, end);
        String type = innermost ? "application/sdp" : "multipart/alternative; boundary=\"level-" + (depth - 1) + "\"";
        parts.add(part("Content-Type: " + type, content, counted, end));
        after.forEach(other -> parts.add(other.text(end)));
        return multipart(parts, "level-" + depth, end);
    }

    @Property(tries = 2_000)
    void onlyTheDescriptionIsReplacedAndEveryLengthAroundItIsRight(
            @ForAll("others") List<Other> before,
            @ForAll("others") List<Other> after,
            @ForAll boolean counted,
            @ForAll boolean feedsOnly) {
        String end = feedsOnly ? "\n" : "\r\n";
        String edited = SdpSamples.CALL.replace("192.0.2.10", "2001:db8::7") + "a=longer\r\n";
        for (int depth = 1; depth <= 3; depth++) {
            String type = "multipart/mixed; boundary=level-" + depth;
            SdpBody found = Objects.requireNonNull(
                    SdpBody.find(type, bytes(around(before, after, SdpSamples.CALL, depth, counted, end))));
            assertThat(text(found.sdp())).isEqualTo(SdpSamples.CALL);
            assertThat(text(found.with(bytes(edited)))).isEqualTo(around(before, after, edited, depth, counted, end));
        }
    }

    @Property(tries = 1_000)
    void aBodyWithoutADescriptionHasNone(@ForAll("others") List<Other> parts) {
        String body = multipart(parts.stream().map(part -> part.text("\r\n")).toList(), "b", "\r\n");
        assertThat(SdpBody.find("multipart/mixed;boundary=b", bytes(body))).isNull();
    }
}
