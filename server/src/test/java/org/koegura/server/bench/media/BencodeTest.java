package org.koegura.server.bench.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What rtpengine is asked and answers, as text.
class BencodeTest {

    @Test
    void anOrderIsWrittenWithItsKeysInRisingOrder() {
        assertThat(Bencode.write(Map.of("sdp", "v=0\r\n", "command", "offer", "flags", List.of("a", 7L))))
                .isEqualTo("d7:command5:offer5:flagsl1:ai7ee3:sdp5:v=0\r\ne");
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Map<String, Object> value =
                Map.of("a", List.of("", "ü", -3L, List.of()), "b", Map.of("c", Map.of()), "d", Long.MAX_VALUE);
        assertThat(Bencode.read(Bencode.write(value))).isEqualTo(value);
    }

    @Test
    void whatIsNoSingleWholeValueIsRefused() {
        for (String text : List.of(
                "",
                "i7",
                "ie",
                "5:four",
                "-1:",
                "99999999999:x",
                "x",
                "l1:a",
                "d1:a",
                "di1e1:ae",
                "i1ei2e",
                ":",
                "3",
                "l".repeat(64))) {
            assertThatThrownBy(() -> Bencode.read(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void onlyWhatTheProtocolKnowsIsWritten() {
        assertThatThrownBy(() -> Bencode.write(1.5)).isInstanceOf(IllegalArgumentException.class);
    }
}
