package org.koegura.callmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.StreamAccount.Withheld;

class StreamAccountTest {

    @Test
    void everyReceivedPacketIsAccountedFor() {
        StreamAccount account =
                new StreamAccount(Leg.OUTSIDE, 10, 6, 1, Map.of(Withheld.BEFORE_NOTICE, 1L, Withheld.NOTICE, 2L));

        assertThat(account.received()).isEqualTo(10);
    }

    @Test
    void anAccountThatDoesNotAddUpIsRefused() {
        assertThatThrownBy(() -> new StreamAccount(Leg.INSIDE, 10, 6, 1, Map.of(Withheld.NOTICE, 2L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 received, but 9 accounted for");
    }

    @Test
    void aPartyNeverShowsItsNumberInText() {
        assertThat(new Party("sip:0990123456@example.com").toString()).doesNotContain("0990123456");
        assertThat(new Party("sip:0990123456@example.com").number()).isEqualTo("0990123456");
        assertThat(new Party("tel:+81990123456;phone-context=example.com").number())
                .isEqualTo("+81990123456");
    }

    @Test
    void groundThreeNeedsAText() {
        assertThatThrownBy(() ->
                        new Exemption(Ground.SPECIAL, " ", "operator", java.time.Instant.EPOCH, Exemption.Channel.API))
                .hasMessageContaining("ground 3 needs a text");
    }
}
