package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.rtpcapture.LoopbackCall.Telephone;
import org.koegura.rtpcapture.port.SignalledSources;

/// Whom a party named as its sources (`a=ssrc`) is heard before all others, and no voice is lost for it.
class SignalledSourcesTest {

    private static final int NAMED = 0xCAFE0001;
    private static final int OTHER = 0x0BAD0001;
    private static final long LATER = SignalledSources.OUTRANKS_NANOS;

    private final SignalledSources sources = new SignalledSources();
    private final Random random = new Random(5);

    @Test
    void whereNoneIsNamedEveryoneIsTaken() {
        assertThat(sources.admit(NAMED, 0)).isTrue();
        assertThat(sources.admit(OTHER, 1)).isTrue();
    }

    @Test
    void besideANamedSourceNoOtherIsTaken() {
        sources.name(List.of(7, NAMED));
        for (long now = 0; now < 50 * LATER; now += LATER / 5) {
            assertThat(sources.admit(NAMED, now)).isTrue();
            assertThat(sources.admit(OTHER, now + 1)).isFalse();
        }
        assertThat(sources.admit(7, 50 * LATER)).isTrue();
    }

    @Test
    void aPartyThatNeverSpeaksFromWhatItNamedIsHeard() {
        sources.name(List.of(NAMED));
        assertThat(sources.admit(OTHER, 0)).isTrue();
        assertThat(sources.admit(OTHER, 1)).isTrue();
    }

    @Test
    void aPartyThatChangesItsSourceInMidCallIsHeardFiveUsualPacketsLater() {
        sources.name(List.of(NAMED));
        assertThat(sources.admit(NAMED, 0)).isTrue();
        assertThat(sources.admit(OTHER, LATER - 1)).isFalse();
        assertThat(sources.admit(OTHER, LATER)).isTrue();
        assertThat(sources.admit(OTHER, LATER + 1)).isTrue();
        assertThat(sources.admit(NAMED, LATER + 2)).as("it comes back").isTrue();
        assertThat(sources.admit(OTHER, LATER + 3)).isFalse();
    }

    @Test
    void whoNamesOtherSourcesIsHeardFromThoseAndFromTheOldUntilThen() {
        sources.name(List.of(NAMED));
        assertThat(sources.admit(NAMED, 0)).isTrue();
        sources.name(List.of(OTHER));
        assertThat(sources.admit(NAMED, 1)).isTrue();
        assertThat(sources.admit(OTHER, 2)).isTrue();
        assertThat(sources.admit(NAMED, 3)).isFalse();
    }

    @Test
    void namingTheSameAgainForgetsNothing() {
        sources.name(List.of(NAMED));
        assertThat(sources.admit(NAMED, 0)).isTrue();
        sources.name(List.of(NAMED));
        assertThat(sources.admit(OTHER, 1)).isFalse();
    }

    @Test
    void aSecondSourceFromThePartysOwnAddressIsNeitherRelayedNorKeptAndIsCounted() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.agree(0, Leg.OUTSIDE, naming(call.outside, NAMED));
            call.captureExempted();
            List<byte[]> said = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                said.add(call.outside.say(Packets.rtp(random, 0, i, 160 * i, NAMED)));
                call.outside.say(Packets.rtp(random, 0, i, 160 * i, OTHER));
            }
            await().atMost(PATIENCE)
                    .until(() ->
                            call.counted("koegura.rtp.packets.discarded", "reason", "other_source", "leg", "outside")
                                    == 20);
            call.inside.awaitHeard(20);
            call.hangUp();

            assertThat(call.inside.heard).containsExactlyElementsOf(said);
            assertThat(call.sink.kept(Leg.OUTSIDE)).hasSize(20);
        }
    }

    static RemoteMedia naming(Telephone party, int source) {
        RemoteMedia plain = party.media(true);
        return new RemoteMedia(
                plain.rtp(),
                plain.rtcp(),
                plain.signalling(),
                plain.formats(),
                plain.otherPayloadTypes(),
                List.of(source),
                plain.receives(),
                null);
    }
}
