package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.koegura.audio.Loudness;

class PromptCheckTest {

    private static final Loudness FINE = new Loudness(-20.9, -6, 0);

    @Test
    void thePromptsThatAreShippedHaveNothingAgainstThem() throws PromptFault {
        for (SpokenPrompt spoken : PromptShelf.read(PromptFiles.shipped())) {
            assertThat(PromptCheck.complaints(spoken.millis(), spoken.loudness()))
                    .as(spoken.prompt().id())
                    .isEmpty();
        }
    }

    @Test
    void whatIsTooShortOrTooLongIsRefusedToTheMillisecond() {
        assertThat(PromptCheck.complaints(1000, FINE)).isEmpty();
        assertThat(PromptCheck.complaints(8000, FINE)).isEmpty();
        assertThat(PromptCheck.complaints(999, FINE))
                .containsExactly("it speaks for 999 ms; 1000 to 8000 ms are needed");
        assertThat(PromptCheck.complaints(8001, FINE))
                .containsExactly("it speaks for 8001 ms; 1000 to 8000 ms are needed");
    }

    @Test
    void whatNobodyWouldHearOrNobodyCouldBearIsRefused() {
        assertThat(PromptCheck.complaints(5000, new Loudness(-40.25, -20, 0)))
                .containsExactly("its loudness is -40.3 LUFS; -27 to -15 are needed (EBU R 128): bring it to -20");
        assertThat(PromptCheck.complaints(5000, new Loudness(-8, -2, 0))).hasSize(1);
        assertThat(PromptCheck.complaints(5000, new Loudness(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 0)))
                .containsExactly("it is silent; record it anew");
    }

    @Test
    void whatIsCutOffOrNearlySoIsRefused() {
        assertThat(PromptCheck.complaints(5000, new Loudness(-18, 0, 12)))
                .containsExactly("12 samples are cut off at full scale; record it anew, more quietly");
        assertThat(PromptCheck.complaints(5000, new Loudness(-18, -0.5, 0)))
                .containsExactly("its true peak is -0.5 dBTP; -1 at most is needed: make it quieter");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThat(PromptCheck.complaints(20, new Loudness(-10, 0, 3))).hasSize(3);
    }
}
