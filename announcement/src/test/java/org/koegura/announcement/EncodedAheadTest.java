package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;

/// A call takes frames that are there (N4): asking makes none, however often and in whatever order.
class EncodedAheadTest {

    private static final Validity OVER = new Validity(null, LocalDate.of(2020, 1, 1));
    private static final Validity TO_COME = new Validity(LocalDate.of(2120, 1, 1), null);

    /// The very same payloads each time: one that was encoded anew would be another object.
    @ParameterizedTest
    @EnumSource
    void everyAskingGivesTheSamePayloadsInEveryPacketTime(Codec codec) throws PromptFault {
        SpokenPrompt spoken = PromptShelf.read(PromptFiles.shipped()).getFirst();
        EncodedNotices notices =
                EncodedNotices.of(List.of(spoken), PromptShelf.tone(PromptFiles.shipped()), EnumSet.of(codec));
        for (int millis : FrameCutter.packetMillis(codec)) {
            AudioFormat one = new AudioFormat(96, codec.name(), codec.clockRateHz(), millis);
            AudioFormat other = new AudioFormat(100, codec.name(), codec.clockRateHz(), millis);
            isTheSame(
                    notices.frames(spoken.prompt(), one).orElseThrow(),
                    notices.frames(spoken.prompt(), other).orElseThrow());
            isTheSame(notices.tone(one).orElseThrow(), notices.tone(other).orElseThrow());
            isTheSame(
                    notices.ringback(one).orElseThrow(), notices.ringback(other).orElseThrow());
        }
    }

    private static void isTheSame(NoticeFrames first, NoticeFrames second) {
        assertThat(first.frames()).isNotEmpty().hasSameSizeAs(second.frames());
        for (int i = 0; i < first.frames().size(); i++) {
            assertThat(second.frames().get(i)).isSameAs(first.frames().get(i));
        }
    }

    /// No day makes any work: those whose days are over or to come are encoded at the opening as all others are.
    @Test
    void whatIsNotYetPlayedIsThereToo() throws PromptFault {
        SpokenPrompt spoken = PromptShelf.read(PromptFiles.shipped()).getFirst();
        AudioFormat format = new AudioFormat(0, "PCMU", 8_000, 20);
        for (Validity validity : Set.of(OVER, TO_COME)) {
            SpokenPrompt other = new SpokenPrompt(spoken.prompt(), validity, spoken.samples(8_000), 8_000);
            assertThat(EncodedNotices.of(
                                    List.of(other), PromptShelf.tone(PromptFiles.shipped()), EnumSet.of(Codec.PCMU))
                            .frames(other.prompt(), format))
                    .isPresent();
        }
    }
}
