package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.koegura.callmodel.AudioFormat;

/// Order is preference, and nothing else of a description moves (RFC 3264 §5.1).
final class CodecOrderTest {

    private static final Set<String> PREFERRED = Set.of("PCMU", "PCMA", "OPUS");

    private static String description(String formats) {
        return SdpSamples.CALL.replace("0 8 101", formats)
                + "a=rtpmap:97 opus/48000/2\r\na=rtpmap:98 AMR-WB/16000\r\na=fmtp:98 octet-align=1\r\n";
    }

    private static String ordered(String sdp) {
        return SdpSamples.text(CodecOrder.first(SdpSamples.read(sdp), PREFERRED).bytes());
    }

    @Example
    void codecsWithoutANoticeGoBehindTheOthersAndEachGroupKeepsItsOrder() {
        assertThat(ordered(description("18 97 98 8"))).isEqualTo(description("97 8 18 98"));
    }

    @Example
    void eventsAndComfortNoiseKeepTheirPlaces() {
        assertThat(ordered(description("101 18 13 0"))).isEqualTo(description("101 0 13 18"));
    }

    @Example
    void whatIsBetweenTheNumbersStays() {
        assertThat(ordered(description("18  018\t0 "))).isEqualTo(description("0  18\t018 "));
    }

    @Example
    void oneThatPrefersACodecWithANoticeIsNotTouched() {
        SessionDescription sdp = SdpSamples.read(description("0 18 8"));
        assertThat(CodecOrder.first(sdp, PREFERRED)).isSameAs(sdp);
    }

    @Example
    void oneThatHasNoneIsNotTouched() {
        SessionDescription sdp = SdpSamples.read(description("18 98 101"));
        assertThat(CodecOrder.first(sdp, PREFERRED)).isSameAs(sdp);
    }

    @Example
    void encryptedDeclinedAndOtherMLinesAreNotTouched() {
        for (String line : List.of("audio 49170 RTP/SAVP", "audio 0 RTP/AVP", "video 49170 RTP/AVP")) {
            String sdp = description("18 0").replace("audio 49170 RTP/AVP", line);
            assertThat(ordered(sdp)).isEqualTo(sdp);
        }
    }

    @Example
    void eachMLineIsOrderedForItself() {
        String sdp = description("18 0") + "m=audio 49172 RTP/AVP 8 18\r\nm=audio 49174 RTP/AVP 18 8\r\n";
        assertThat(ordered(sdp))
                .isEqualTo(description("0 18") + "m=audio 49172 RTP/AVP 8 18\r\nm=audio 49174 RTP/AVP 8 18\r\n");
    }

    @Property
    void noFormatIsLostOrMeansAnythingElseAndASecondPassageChangesNothing(
            @ForAll @Size(min = 1, max = 12) @UniqueElements List<@IntRange(max = 127) Integer> types) {
        String formats = String.join(" ", types.stream().map(String::valueOf).toList());
        String sdp = description(formats);
        String after = ordered(sdp);
        assertThat(words(after)).containsExactlyInAnyOrderElementsOf(words(sdp));
        assertThat(after.replaceFirst("(?m)^m=.*$", "")).isEqualTo(sdp.replaceFirst("(?m)^m=.*$", ""));
        assertThat(ordered(after)).isEqualTo(after);

        List<AudioFormat> before = SdpSamples.read(sdp).media().getFirst().formats();
        List<AudioFormat> expected = new ArrayList<>(before.stream()
                .filter(format -> PREFERRED.contains(format.encodingName()))
                .toList());
        if (!expected.isEmpty() && !before.getFirst().equals(expected.getFirst())) {
            before.stream().filter(format -> !expected.contains(format)).forEach(expected::add);
            assertThat(SdpSamples.read(after).media().getFirst().formats()).isEqualTo(expected);
        } else {
            assertThat(after).isEqualTo(sdp);
        }
    }

    private static List<String> words(String sdp) {
        String line =
                sdp.lines().filter(one -> one.startsWith("m=")).findFirst().orElseThrow();
        return Arrays.asList(line.split(" ", -1));
    }
}
