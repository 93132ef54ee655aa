package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.announcement.Announcement.Settings;
import org.koegura.audio.Resampler;
import org.koegura.audio.WavFile;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;

/// Prompts in a codec that has no encoder here (N4): who has one brings the frames.
class EncodedElsewhereTest {

    /// What an encoder makes of nothing: its line spectra, pitch and codes differ, the parity of its pitch is right.
    private static final byte[] FRAME = HexFormat.of().parseHex("78cac0a000fac26919d6");

    private static final int LEAD_MILLIS = 400;
    private static final int SPOKEN_MILLIS = 4_000;
    private static final OwnPrompts.Entry CITY = new OwnPrompts.Entry("city-1", "ja", "市の告知", null, null);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each
    private Path wav;

    @SuppressWarnings("NullAway.Init") // set before each
    private OwnPrompts own;

    @BeforeEach
    void speak() throws IOException {
        wav = wav("studio.wav", LEAD_MILLIS);
        own = new OwnPrompts(folder.resolve("prompts"));
    }

    /// Four seconds of the shipped words after a silence.
    private Path wav(String name, int leadMillis) throws IOException {
        short[] words;
        try (InputStream in = Objects.requireNonNull(PromptFiles.shipped().open("notice-en.wav"))) {
            WavFile file = WavFile.read(in);
            short[] all = file.mono();
            int from = 0;
            while (Math.abs(all[from]) < 1000) {
                from++;
            }
            words = Resampler.convert(
                    Arrays.copyOfRange(all, from, from + file.sampleRateHz() * SPOKEN_MILLIS / 1000),
                    file.sampleRateHz(),
                    8_000);
        }
        int samples = leadMillis * 8 + words.length;
        ByteBuffer out = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
        out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1);
        out.putShort((short) 1).putInt(8_000).putInt(16_000).putShort((short) 2).putShort((short) 16);
        out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
        out.position(44 + 2 * leadMillis * 8);
        for (short sample : words) {
            out.putShort(sample);
        }
        return Files.write(folder.resolve(name), out.array());
    }

    /// Each frame is told from the others by its last byte.
    private static byte[] frames(int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            byte[] frame = FRAME.clone();
            frame[9] = (byte) i;
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("studio.g729"), content);
    }

    private List<String> complaints(byte[] content) throws Exception {
        return OwnPrompts.check(wav, Map.of("g729", file(content))).complaints();
    }

    private Announcement open() throws PromptFault {
        return Announcement.open(Settings.defaults().playing(List.of("city-1"), folder.resolve("prompts")));
    }

    private static Prompt city(Announcement announcement) {
        return announcement.prompts().stream()
                .filter(prompt -> prompt.id().equals("city-1"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"439, ''", "440, ''", "441, ''", "438, it lasts 4380 ms", "442, it lasts 4420 ms"})
    void itLastsAsLongAsThePromptOrAFrameMoreOrLess(int frames, String complaint) throws Exception {
        List<String> complaints = complaints(frames(frames));
        if (complaint.isEmpty()) {
            assertThat(complaints).isEmpty();
        } else {
            assertThat(complaints).singleElement().asString().startsWith("g729: " + complaint);
        }
    }

    @Test
    void whatIsNoWholeNumberOfFramesIsRefused() throws Exception {
        assertThat(complaints(Arrays.copyOf(frames(440), 4_399)))
                .singleElement()
                .asString()
                .startsWith("g729: it has 4399 bytes; whole frames of 10 bytes are needed");
        assertThat(complaints(new byte[0])).singleElement().asString().startsWith("g729: it has 0 bytes");
    }

    /// A file of another kind that happens to have the right length: no wave, no octets of G.711.
    @Test
    void whatBreaksTheParityOfThePitchIsRefusedWithItsPlace() throws Exception {
        byte[] sound = frames(440);
        sound[17 * 10 + 3] ^= 0x20;
        assertThat(complaints(sound))
                .singleElement()
                .asString()
                .startsWith("g729: what stands at byte 170 is no frame of that codec");
        assertThat(complaints(Arrays.copyOf(Files.readAllBytes(wav), 4_400)))
                .singleElement()
                .asString()
                .contains("no frame of that codec");
    }

    @Test
    void thePromptItselfHasToLeadInForNobodyElseCan() throws Exception {
        wav = wav("hasty.wav", 290);
        assertThat(complaints(frames(429)))
                .singleElement()
                .asString()
                .startsWith("g729: the prompt begins to speak after 290 ms; 300 ms of silence are needed");
    }

    @Test
    void anotherCodecIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> OwnPrompts.check(wav, Map.of("amr", wav)))
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessage("no codec that is taken encoded is called 'amr'; choose among g729");
    }

    @ParameterizedTest
    @CsvSource({"10, 441, 30, 10", "20, 221, 15, 10", "30, 147, 10, 30", "40, 111, 7, 10", "60, 74, 5, 30"})
    void itIsPlayedAsItIsInPacketsOfAnyLength(int packetMillis, int packets, int leadIn, int lastBytes)
            throws Exception {
        byte[] sound = frames(441);
        own.add(wav, Map.of("g729", file(sound)), CITY);
        Announcement announcement = open();
        AudioFormat format = new AudioFormat(18, "G729", 8_000, packetMillis);
        NoticeFrames notice =
                announcement.source().frames(city(announcement), format).orElseThrow();
        assertThat(notice.format()).isEqualTo(format);
        assertThat(notice.frames()).hasSize(packets);
        assertThat(notice.frames().subList(0, packets - 1)).allMatch(frame -> frame.length == packetMillis);
        assertThat(notice.frames().getLast()).hasSize(lastBytes);
        assertThat(notice.leadInFrames()).isEqualTo(leadIn);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        notice.frames().forEach(sent::writeBytes);
        assertThat(sent.toByteArray()).isEqualTo(sound);
        assertThat(notice.encodedSha256()).isEqualTo(PromptShelf.sha256(sound));
    }

    @Test
    void onlyThatPromptIsThereInThatCodecAndThoseThatAreEncodedHereHaveNoHash() throws Exception {
        own.add(wav, Map.of("g729", file(frames(440))), CITY);
        Announcement announcement = open();
        assertThat(announcement.encodedElsewhere()).isEqualTo(Map.of("city-1", Set.of("G729")));
        assertThat(announcement.encodings()).doesNotContain("G729");
        AudioFormat g729 = new AudioFormat(18, "G729", 8_000, 20);
        assertThat(announcement.source().frames(announcement.prompts().getFirst(), g729))
                .isEmpty();
        assertThat(announcement.source().frames(city(announcement), new AudioFormat(18, "G729", 16_000, 20)))
                .isEmpty();
        assertThat(announcement.source().tone(g729)).isEmpty();
        assertThat(announcement
                        .source()
                        .frames(city(announcement), new AudioFormat(0, "PCMU", 8_000, 20))
                        .orElseThrow()
                        .encodedSha256())
                .isNull();
    }

    @Test
    void theIndexKeepsItsHashAndTheListNamesIt() throws Exception {
        byte[] sound = frames(440);
        own.add(wav, Map.of("g729", file(sound)), CITY);
        own.add(wav, Map.of(), new OwnPrompts.Entry("city-2", "ja", "市の告知", null, null));
        assertThat(Files.readAllBytes(folder.resolve("prompts/city-1.g729"))).isEqualTo(sound);
        assertThat(Files.readString(folder.resolve("prompts").resolve(PromptShelf.INDEX)))
                .contains("city-1.g729.file = city-1.g729\ncity-1.g729.sha256 = " + PromptShelf.sha256(sound) + "\n");
        assertThat(own.list())
                .satisfiesExactly(
                        first -> assertThat(first.encoded()).containsExactly("g729"),
                        second -> assertThat(second.encoded()).isEmpty())
                .allMatch(listed -> listed.fault() == null);
    }

    @Test
    void aDamagedOneKeepsThePromptFromBeingPlayedAndTheSameTwoMendIt() throws Exception {
        byte[] sound = frames(440);
        own.add(wav, Map.of("g729", file(sound)), CITY);
        Path kept = folder.resolve("prompts/city-1.g729");
        byte[] other = sound.clone();
        other[19]++;
        Files.write(kept, other);
        assertThat(Objects.requireNonNull(own.list().getFirst().fault()))
                .startsWith("prompt 'city-1': city-1.g729 in ")
                .contains("has the SHA-256 " + PromptShelf.sha256(other));
        assertThatThrownBy(this::open).isInstanceOf(PromptFault.Damaged.class);

        for (Map<String, Path> wrong : List.of(Map.<String, Path>of(), Map.of("g729", file(other)))) {
            assertThatThrownBy(() -> own.add(wav, wrong, CITY))
                    .isInstanceOf(PromptFault.Unfit.class)
                    .hasMessageContaining("was another sound (city-1.g729.sha256 = ");
        }
        own.add(wav, Map.of("g729", file(sound)), CITY);
        assertThat(own.list().getFirst().fault()).isNull();
        assertThat(Files.readAllBytes(kept)).isEqualTo(sound);
    }

    @Test
    void oneThatWasPutThereByHandIsLookedAtAsClosely() throws Exception {
        own.add(wav, Map.of("g729", file(frames(440))), CITY);
        byte[] longer = frames(500);
        Files.write(folder.resolve("prompts/city-1.g729"), longer);
        Path index = folder.resolve("prompts").resolve(PromptShelf.INDEX);
        Files.writeString(
                index,
                Files.readString(index)
                        .replaceFirst("g729.sha256 = .*", "g729.sha256 = " + PromptShelf.sha256(longer)));
        assertThatThrownBy(this::open)
                .isInstanceOf(PromptFault.Unfit.class)
                .hasMessageStartingWith(
                        "prompt 'city-1': city-1.g729: it lasts 5000 ms, and what it should be 4400 ms");
    }
}
