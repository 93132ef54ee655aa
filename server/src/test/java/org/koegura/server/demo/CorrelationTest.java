package org.koegura.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.koegura.audio.G711;
import org.koegura.server.evidence.Speech;

class CorrelationTest {

    @Test
    void findsTheNoticeAtItsPlaceQuieterAndThroughG711() throws IOException {
        short[] notice = Speech.notice();
        short[] heard = Speech.noise(20, 7);
        for (int i = 0; i < heard.length; i++) {
            heard[i] = (short) (heard[i] / 200);
        }
        for (int i = 0; i < notice.length; i++) {
            heard[31_234 + i] = G711.muLawToLinear(G711.linearToMuLaw((short) (notice[i] / 3)));
        }
        Correlation found = Correlation.of(notice, heard);
        assertThat(found.value()).isGreaterThan(0.97);
        assertThat(found.lagSamples()).isEqualTo(31_234);
    }

    @Test
    void findsNoNoticeInNoise() throws IOException {
        assertThat(Correlation.of(Speech.notice(), Speech.noise(20, 7)).value()).isLessThan(0.05);
    }

    @Test
    void findsNoNoticeInOtherSpeech() throws IOException {
        short[] notice = Speech.notice();
        for (String name : new String[] {"citizen-1", "citizen-2", "staff-1", "staff-2"}) {
            short[] speech = Speech.spoken(name);
            short[] long_ = Arrays.copyOf(speech, speech.length + notice.length);
            System.arraycopy(speech, 0, long_, speech.length, Math.min(speech.length, notice.length));
            assertThat(Correlation.of(notice, long_).value()).as(name).isLessThan(0.3);
        }
    }

    @Test
    void halfANoticeIsNotANotice() throws IOException {
        short[] notice = Speech.notice();
        short[] heard = new short[notice.length * 2];
        System.arraycopy(notice, 0, heard, 1000, notice.length / 2);
        assertThat(Correlation.of(notice, heard).value()).isLessThan(0.9);
    }

    @Test
    void silenceAndWhatIsTooShortAreLikeNothing() throws IOException {
        short[] notice = Speech.notice();
        assertThat(Correlation.of(notice, new short[notice.length * 2]).value()).isZero();
        assertThat(Correlation.of(notice, Arrays.copyOf(notice, 100)).value()).isZero();
        assertThat(Correlation.of(notice, notice).value()).isCloseTo(1, within(1e-9));
    }
}
