package org.koegura.rtpcapture.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.rtpcapture.kernel.Translations.Told;

class TranslationsTest {

    private static final InetSocketAddress OURS = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 20_000);
    private static final InetSocketAddress THEIRS = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 4_000);

    private final Asked host = new Asked();
    private long nanos = 17;

    private static final class Asked implements Translations.Host {
        final List<InetSocketAddress> of = new ArrayList<>();
        Told says = Told.REFUSED;
        boolean tracks;

        @Override
        public int descriptor() {
            return 0;
        }

        @Override
        public boolean tracks() {
            return tracks;
        }

        @Override
        public Told ask(InetSocketAddress from, InetSocketAddress to) {
            of.add(to);
            return says;
        }
    }

    private Translations opened() {
        Translations opened = new Translations(host, () -> nanos);
        assertThat(host.of).as("the first question is put at the opening").hasSize(1);
        return opened;
    }

    @Test
    void aHostThatSaysIsAskedOfEachLoan() {
        host.says = Told.PLAIN;
        Translations translations = opened();
        assertThat(translations.any(OURS, THEIRS)).isFalse();
        host.says = Told.TRANSLATED;
        assertThat(translations.any(OURS, THEIRS)).isTrue();
        assertThat(host.of.subList(1, 3)).containsExactly(THEIRS, THEIRS);
    }

    @Test
    void aHostThatRefusesAndTracksNothingIsNotAskedAgain() {
        Translations translations = opened();
        for (int i = 0; i < 3; i++) {
            assertThat(translations.any(OURS, THEIRS)).isFalse();
            nanos += 2 * Translations.REFUSED_NANOS;
        }
        assertThat(host.of).hasSize(1);
    }

    /// Its rules came after we had asked.
    @Test
    void aHostThatBeginsToTrackCountsAsOneThatTranslatesUntilItSays() {
        Translations translations = opened();
        assertThat(translations.any(OURS, THEIRS)).isFalse();
        host.tracks = true;
        assertThat(translations.any(OURS, THEIRS)).isTrue();
        nanos += Translations.REFUSED_NANOS - 1;
        assertThat(translations.any(OURS, THEIRS)).isTrue();
        assertThat(host.of).hasSize(1);

        nanos += 1;
        assertThat(translations.any(OURS, THEIRS)).isTrue();
        assertThat(translations.any(OURS, THEIRS)).isTrue();
        assertThat(host.of).hasSize(2);

        nanos += Translations.REFUSED_NANOS;
        host.says = Told.PLAIN;
        assertThat(translations.any(OURS, THEIRS)).isFalse();
        assertThat(translations.any(OURS, THEIRS)).isFalse();
        assertThat(host.of).hasSize(4);
    }
}
