package org.koegura.sipproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.sipproxy.routing.Health.Event;

/// What questions and calls tell of a server, from the first one on: `a` answered, `m` missed, `c` a call failed.
class HealthTest {

    @ParameterizedTest
    @CsvSource({
        "'',UNKNOWN",
        "m,UNKNOWN",
        "mm,DOWN",
        "a,UP",
        "ma,UP",
        "am,UP",
        "amam,UP",
        "amm,DOWN",
        "ammm,DOWN",
        "amma,DOWN",
        "ammama,DOWN",
        "ammaa,UP",
        "ammaam,UP",
        "mmaa,UP",
        "c,DOWN",
        "ac,DOWN",
        "aca,DOWN",
        "acaca,DOWN",
        "acaa,UP"
    })
    void aServerIsWhatItWasUntilEnoughSpeaksAgainstIt(String questions, Health.State state) {
        assertThat(after(questions).state()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"'',false", "m,true", "am,true", "amm,false", "amma,true", "ma,false", "ammaa,false"})
    void aDoubtIsLookedIntoSooner(String questions, boolean doubtful) {
        assertThat(after(questions).isDoubtful()).isEqualTo(doubtful);
    }

    @Test
    void whoIsUnknownIsUsedAndNotShownAsUp() {
        assertThat(Health.UNKNOWN.isDown()).isFalse();
        assertThat(Health.UNKNOWN.isUp()).isFalse();
    }

    private static Health after(String questions) {
        Health health = Health.UNKNOWN;
        for (int i = 0; i < questions.length(); i++) {
            health = health.after(
                    switch (questions.charAt(i)) {
                        case 'a' -> Event.ANSWERED;
                        case 'm' -> Event.MISSED;
                        case 'c' -> Event.CALL_FAILED;
                        default -> throw new IllegalArgumentException(questions);
                    });
        }
        return health;
    }
}
