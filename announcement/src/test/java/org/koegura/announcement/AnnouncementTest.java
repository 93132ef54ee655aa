package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.announcement.Announcement.Settings;
import org.koegura.audio.Codec;
import org.koegura.audio.PayloadDecoder;
import org.koegura.audio.Resampler;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;

class AnnouncementTest {

    private static final AudioFormat PCMU_20 = new AudioFormat(0, "PCMU", 8000, 20);

    @Test
    void theToneHasFramesInEveryCodecAndIsNoNotice() throws Exception {
        Announcement announcement = Announcement.open(Settings.defaults());
        for (Codec codec : Codec.values()) {
            AudioFormat format = new AudioFormat(96, codec.name(), codec.clockRateHz(), 20);
            assertThat(announcement.source().tone(format))
                    .as(codec.name())
                    .hasValueSatisfying(frames -> assertThat(frames.frames()).hasSizeBetween(50, 150));
        }
        assertThat(announcement.prompts()).noneMatch(prompt -> prompt.id().contains("tone"));
    }

    @Test
    void theShippedPromptsAreThereWithTheJapaneseOneAsDefault() throws PromptFault {
        Announcement announcement = Announcement.open(Settings.defaults());
        assertThat(announcement.prompts())
                .extracting(Prompt::id)
                .containsExactly("notice-ja-1", "notice-ja-easy-1", "notice-en-1");
        assertThat(announcement.prompts().getFirst().text()).isEqualTo("この通話は、応対の向上と、公正な業務のため、録音させていただきます。");
        assertThat(announcement.prompts()).extracting(Prompt::language).containsExactly("ja", "ja-simple", "en");
    }

    static Stream<Arguments> everyPromptInEveryFormat() throws PromptFault {
        return PromptShelf.read(PromptFiles.shipped()).stream()
                .flatMap(spoken -> Stream.of(Codec.values())
                        .flatMap(codec -> FrameCutter.packetMillis(codec).stream()
                                .map(millis -> Arguments.of(spoken, codec, millis))));
    }

    @ParameterizedTest(name = "{1} {2} ms")
    @MethodSource("everyPromptInEveryFormat")
    void framesAreSilenceThenTheWordsThenSilence(SpokenPrompt spoken, Codec codec, int packetMillis) {
        AudioFormat format = new AudioFormat(96, codec.name(), codec.clockRateHz(), packetMillis);
        NoticeFrames notice = EncodedNotices.of(List.of(), spoken, EnumSet.of(codec))
                .frames(spoken.prompt(), format)
                .orElseThrow();
        assertThat(notice.format()).isEqualTo(format);
        assertThat(notice.leadInFrames() * packetMillis).isBetween(300, 300 + packetMillis - 1);

        int frame = packetMillis * codec.sampleRateHz() / 1000;
        short[] heard = decode(notice, codec, frame);
        int leadIn = notice.leadInFrames() * frame;
        short[] words = spoken.samples(codec.sampleRateHz());
        assertThat(heard.length - leadIn - words.length).isBetween(0, frame - 1);
        assertThat(loudest(heard, 0, leadIn)).as("silence leads in").isLessThanOrEqualTo(8);
        int delay = delay(codec);
        short[] spokenAgain = Arrays.copyOfRange(heard, leadIn + delay, leadIn + words.length);
        short[] said = Arrays.copyOf(words, spokenAgain.length);
        assertThat(likeness(said, spokenAgain)).isGreaterThan(least(codec));
    }

    /// What goes to the inside party where it is to hear nothing, in the midst of what the other one says.
    @ParameterizedTest
    @EnumSource(Codec.class)
    void theLeadInAndItsLastFrameAgainAndAgainAreSilenceAfterWordsToo(Codec codec) throws PromptFault {
        SpokenPrompt spoken = PromptShelf.read(PromptFiles.shipped()).getFirst();
        AudioFormat format = new AudioFormat(96, codec.name(), codec.clockRateHz(), 20);
        NoticeFrames notice = EncodedNotices.of(List.of(), spoken, EnumSet.of(codec))
                .frames(spoken.prompt(), format)
                .orElseThrow();
        int leadIn = notice.leadInFrames();
        int words = 100;
        List<byte[]> frames = new ArrayList<>(notice.frames().subList(0, words));
        frames.addAll(notice.frames().subList(0, leadIn));
        frames.addAll(Collections.nCopies(500, notice.frames().get(leadIn - 1)));
        int frame = codec.sampleRateHz() / 50;
        short[] heard = decode(new NoticeFrames(spoken.prompt(), format, frames, 1), codec, frame);

        assertThat(loudest(heard, 0, words * frame)).as("words").isGreaterThan(1_000);
        assertThat(loudest(heard, (words + leadIn) * frame, heard.length))
                .as("silence, 60 dB below full scale")
                .isLessThan(33);
    }

    /// A decoder that misses nothing gives each codec's own delay: none, two mirror filters, 2.5 ms of looking ahead.
    private static int delay(Codec codec) {
        return switch (codec) {
            case PCMU, PCMA -> 0;
            case G722 -> 22;
            case OPUS -> 120;
        };
    }

    /// G.711 comes within 30 dB; sub-bands and psychoacoustics change the wave more than what is heard.
    private static double least(Codec codec) {
        return switch (codec) {
            case PCMU, PCMA -> 0.9995;
            case G722 -> 0.99;
            case OPUS -> 0.985;
        };
    }

    @Test
    void wideBandCodecsSpeakTheWholeBandOfTheFile() throws PromptFault {
        SpokenPrompt japanese = PromptShelf.read(PromptFiles.shipped()).getFirst();
        for (Codec codec : List.of(Codec.G722, Codec.OPUS)) {
            NoticeFrames notice = EncodedNotices.of(List.of(), japanese, EnumSet.of(codec))
                    .frames(japanese.prompt(), new AudioFormat(96, codec.name(), codec.clockRateHz(), 20))
                    .orElseThrow();
            short[] heard = decode(notice, codec, codec.sampleRateHz() / 50);
            assertThat(above4kHz(heard, codec.sampleRateHz()))
                    .as(codec.name())
                    .isGreaterThan(0.5 * above4kHz(japanese.samples(codec.sampleRateHz()), codec.sampleRateHz()));
        }
    }

    @Test
    void anOpeningInTheBackgroundEndsWithAllEncodings() throws PromptFault {
        Announcement announcement = Announcement.begin(Settings.defaults()).await();
        assertThat(announcement.encodings()).containsExactlyInAnyOrder("PCMU", "PCMA", "G722", "OPUS");
        assertThat(announcement.troubles()).isEmpty();
    }

    @Test
    void anOpeningInTheBackgroundSaysWhyItFailed() {
        assertThatThrownBy(() -> Announcement.begin(Settings.defaults().playing(List.of("notice-fr-1"), null))
                        .await())
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessageContaining("notice-fr-1");
    }

    @Test
    void thePromptsAreLoudEnoughAndNeverClipped() throws PromptFault {
        for (SpokenPrompt spoken : PromptShelf.read(PromptFiles.shipped())) {
            int peak = 0;
            for (short sample : spoken.samples(8000)) {
                peak = Math.max(peak, Math.abs(sample));
            }
            assertThat(peak).as(spoken.prompt().id()).isBetween(8000, 24_000);
            assertThat(spoken.millis()).isLessThanOrEqualTo(PromptCheck.MILLIS_MAX);
        }
    }

    @Test
    void thePayloadTypeIsTheOneThatThePeerMapped() throws PromptFault {
        AudioFormat mapped = new AudioFormat(101, "pcma", 8000, 20);
        Announcement announcement = Announcement.open(Settings.defaults());
        Prompt prompt = announcement.prompts().getFirst();
        NoticeFrames notice = announcement.source().frames(prompt, mapped).orElseThrow();
        assertThat(notice.format()).isEqualTo(mapped);
    }

    @Test
    void formatsThatCannotBeAnnouncedInHaveNoFrames() throws PromptFault {
        Announcement announcement = Announcement.open(Settings.defaults());
        Prompt prompt = announcement.prompts().getFirst();
        for (AudioFormat format : List.of(
                new AudioFormat(18, "G729", 8000, 20),
                new AudioFormat(9, "G722", 16_000, 20),
                new AudioFormat(96, "OPUS", 48_000, 30),
                new AudioFormat(96, "PCMU", 16_000, 20),
                new AudioFormat(0, "PCMU", 8000, 25))) {
            assertThat(announcement.source().frames(prompt, format)).isEmpty();
        }
        Prompt unknown = new Prompt(prompt.id(), prompt.language(), prompt.text(), "0".repeat(64));
        assertThat(announcement.source().frames(unknown, PCMU_20)).isEmpty();
    }

    @Test
    void framesAreMadeAheadAndSharedByAllCalls() throws PromptFault {
        Announcement announcement = Announcement.open(Settings.defaults());
        Prompt prompt = announcement.prompts().getFirst();
        List<byte[]> first =
                announcement.source().frames(prompt, PCMU_20).orElseThrow().frames();
        List<byte[]> second =
                announcement.source().frames(prompt, PCMU_20).orElseThrow().frames();
        assertThat(second).isSameAs(first);
    }

    @Test
    void anUnknownDefaultPromptIsNamedWithTheOnesThereAre() {
        assertThatThrownBy(() -> Announcement.open(Settings.defaults().playing(List.of("notice-fr-1"), null)))
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessageContaining("notice-fr-1")
                .hasMessageContaining("notice-ja-1");
    }

    @Test
    void aPromptThatIsNotTheOneOfTheIndexIsRefused() {
        PromptFiles tampered = replacing("notice-ja.wav", bytes -> bytes[bytes.length / 2] ^= 1);
        assertThatThrownBy(() -> Announcement.open(Settings.defaults(), tampered))
                .isInstanceOf(PromptFault.Damaged.class)
                .hasMessageContaining("notice-ja.wav")
                .hasMessageContaining("f390a570032771ebfecb11bd7de8d35677c754bdd5c8f260c92c7b983e460fa4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notice-en.wav", PromptShelf.INDEX})
    void aMissingFileIsNamed(String missing) {
        PromptFiles shipped = PromptFiles.shipped();
        PromptFiles files = name -> name.equals(missing) ? null : shipped.open(name);
        assertThatThrownBy(() -> Announcement.open(Settings.defaults(), files))
                .isInstanceOf(PromptFault.Missing.class)
                .hasMessageContaining(missing);
    }

    @Test
    void anIndexEntryThatIsNotThereIsNamed() {
        PromptFiles files = ownPrompt(new byte[0], "p.language = en\n");
        assertThatThrownBy(() -> Announcement.open(Settings.defaults().playing(List.of("p"), null), files))
                .isInstanceOf(PromptFault.Damaged.class)
                .hasMessageContaining("p.file");
    }

    @Test
    void aDefaultPromptOfMoreThanEightSecondsIsRefused() throws Exception {
        byte[] wav = silentWav(8000 * 8 + 8);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wav));
        PromptFiles files = ownPrompt(wav, "p.file = p.wav\np.language = en\np.text = long\np.sha256 = " + hash + "\n");
        assertThatThrownBy(() -> Announcement.open(Settings.defaults().playing(List.of("p"), null), files))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageContaining("8001 ms");
    }

    private static PromptFiles ownPrompt(byte[] wav, String entries) {
        String index = "prompts = p\n" + entries;
        return name ->
                new ByteArrayInputStream(name.equals(PromptShelf.INDEX) ? index.getBytes(StandardCharsets.UTF_8) : wav);
    }

    private static byte[] silentWav(int samples) {
        ByteArrayOutputStream wav = new ByteArrayOutputStream();
        int bytes = 2 * samples;
        wav.writeBytes(
                new byte[] {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'A', 'V', 'E', 'f', 'm', 't', ' ', 16, 0, 0, 0});
        wav.writeBytes(new byte[] {1, 0, 1, 0, 0x40, 0x1F, 0, 0, (byte) 0x80, 0x3E, 0, 0, 2, 0, 16, 0});
        wav.writeBytes(new byte[] {'d', 'a', 't', 'a'});
        wav.writeBytes(new byte[] {(byte) bytes, (byte) (bytes >> 8), (byte) (bytes >> 16), 0});
        wav.writeBytes(new byte[bytes]);
        return wav.toByteArray();
    }

    private interface Tampering {
        void on(byte[] bytes);
    }

    private static PromptFiles replacing(String file, Tampering tampering) {
        PromptFiles shipped = PromptFiles.shipped();
        return name -> {
            @Nullable InputStream in = shipped.open(name);
            if (!name.equals(file) || in == null) {
                return in;
            }
            try (in) {
                byte[] bytes = in.readAllBytes();
                tampering.on(bytes);
                return new ByteArrayInputStream(bytes);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        };
    }

    private static short[] decode(NoticeFrames notice, Codec codec, int frameSamples) {
        short[] all = new short[notice.frames().size() * frameSamples];
        int at = 0;
        try (PayloadDecoder decoder = codec.decoder()) {
            for (byte[] frame : notice.frames()) {
                short[] samples = new short[decoder.samplesMax(frame.length)];
                assertThat(decoder.decode(ByteBuffer.wrap(frame), samples)).isEqualTo(frameSamples);
                System.arraycopy(samples, 0, all, at, frameSamples);
                at += frameSamples;
            }
        }
        return all;
    }

    private static int loudest(short[] samples, int from, int to) {
        int loudest = 0;
        for (int i = from; i < to; i++) {
            loudest = Math.max(loudest, Math.abs(samples[i]));
        }
        return loudest;
    }

    private static double likeness(short[] said, short[] heard) {
        double product = 0;
        double energySaid = 0;
        double energyHeard = 0;
        for (int i = 0; i < said.length; i++) {
            product += (double) said[i] * heard[i];
            energySaid += (double) said[i] * said[i];
            energyHeard += (double) heard[i] * heard[i];
        }
        return product / Math.sqrt(energySaid * energyHeard);
    }

    /// The power beyond telephone band: what is gone once the sound went through 8 kHz.
    private static double above4kHz(short[] samples, int rateHz) {
        short[] narrow = Resampler.convert(Resampler.toNarrowband(samples, rateHz), 8000, rateHz);
        double power = 0;
        for (int i = 0; i < samples.length; i++) {
            power += Math.pow(samples[i] - narrow[i], 2);
        }
        return power / samples.length;
    }
}
