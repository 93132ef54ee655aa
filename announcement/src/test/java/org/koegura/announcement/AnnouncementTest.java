package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.announcement.Announcement.Settings;
import org.koegura.audio.G711;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;

class AnnouncementTest {

    private static final AudioFormat PCMU_20 = new AudioFormat(0, "PCMU", 8000, 20);

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
                .flatMap(spoken -> Stream.of("PCMU", "PCMA")
                        .flatMap(encoding -> EncodedNotices.PACKET_MILLIS.stream()
                                .map(millis -> Arguments.of(spoken, encoding, millis))));
    }

    @ParameterizedTest(name = "{1} {2} ms")
    @MethodSource("everyPromptInEveryFormat")
    void framesAreSilenceThenTheWordsThenSilence(SpokenPrompt spoken, String encoding, int packetMillis) {
        int payloadType = encoding.equals("PCMU") ? 0 : 8;
        AudioFormat format = new AudioFormat(payloadType, encoding, 8000, packetMillis);
        NoticeFrames notice = EncodedNotices.of(List.of(spoken))
                .frames(spoken.prompt(), format)
                .orElseThrow();
        assertThat(notice.frames()).allSatisfy(frame -> assertThat(frame).hasSize(packetMillis * 8));
        assertThat(notice.leadInFrames() * packetMillis).isBetween(300, 300 + packetMillis - 1);

        short[] heard = decode(notice);
        int leadIn = notice.leadInFrames() * packetMillis * 8;
        short[] words = spoken.samples();
        assertSilence(notice, 0, leadIn);
        assertSilence(notice, leadIn + words.length, heard.length);
        assertThat(heard.length - leadIn - words.length).isBetween(0, packetMillis * 8 - 1);
        assertThat(signalToNoiseDecibels(words, Arrays.copyOfRange(heard, leadIn, leadIn + words.length)))
                .isGreaterThan(30);
    }

    @Test
    void thePromptsAreLoudEnoughAndNeverClipped() throws PromptFault {
        for (SpokenPrompt spoken : PromptShelf.read(PromptFiles.shipped())) {
            int peak = 0;
            for (short sample : spoken.samples()) {
                peak = Math.max(peak, Math.abs(sample));
            }
            assertThat(peak).as(spoken.prompt().id()).isBetween(8000, 24_000);
            assertThat(spoken.millis()).isLessThanOrEqualTo(Announcement.DEFAULT_PROMPT_MILLIS_MAX);
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
                new AudioFormat(9, "G722", 8000, 20),
                new AudioFormat(96, "OPUS", 48_000, 20),
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
        assertThatThrownBy(() -> Announcement.open(new Settings("notice-fr-1")))
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
        assertThatThrownBy(() -> Announcement.open(new Settings("p"), files))
                .isInstanceOf(PromptFault.Damaged.class)
                .hasMessageContaining("p.file");
    }

    @Test
    void aDefaultPromptOfMoreThanEightSecondsIsRefused() throws Exception {
        byte[] wav = silentWav(8000 * 8 + 8);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wav));
        PromptFiles files = ownPrompt(wav, "p.file = p.wav\np.language = en\np.text = long\np.sha256 = " + hash + "\n");
        assertThatThrownBy(() -> Announcement.open(new Settings("p"), files))
                .isInstanceOf(PromptFault.TooLong.class)
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

    private static short[] decode(NoticeFrames notice) {
        boolean muLaw = notice.format().encodingName().equals("PCMU");
        byte[] codes = joined(notice);
        short[] samples = new short[codes.length];
        for (int i = 0; i < codes.length; i++) {
            samples[i] = muLaw ? G711.muLawToLinear(codes[i]) : G711.aLawToLinear(codes[i]);
        }
        return samples;
    }

    private static byte[] joined(NoticeFrames notice) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        notice.frames().forEach(frame -> joined.writeBytes(Objects.requireNonNull(frame)));
        return joined.toByteArray();
    }

    private static void assertSilence(NoticeFrames notice, int from, int to) {
        byte silence = notice.format().encodingName().equals("PCMU") ? G711.MU_LAW_SILENCE : G711.A_LAW_SILENCE;
        assertThat(Arrays.copyOfRange(joined(notice), from, to)).containsOnly(silence);
    }

    private static double signalToNoiseDecibels(short[] original, short[] heard) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < original.length; i++) {
            signal += (double) original[i] * original[i];
            noise += Math.pow(original[i] - heard[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }
}
