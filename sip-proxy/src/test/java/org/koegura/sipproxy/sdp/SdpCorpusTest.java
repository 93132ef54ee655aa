package org.koegura.sipproxy.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.koegura.sipproxy.sdp.SdpSamples.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

/// Every session description of the corpus, torture messages and captures alike: none may raise anything, and
/// what can be read must come out as it went in where nothing is edited. The corpus is no part of the
/// repository; without it the test reports itself as skipped.
final class SdpCorpusTest {

    private static final Path CORPUS = Path.of(System.getProperty("koegura.corpus", "../shared/corpus"));

    private static List<String> descriptions() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CORPUS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = text.indexOf("v=0");
                while (at >= 0) {
                    int next = text.indexOf("v=0", at + 3);
                    found.add(text.substring(at, Math.min(at + 4_000, next < 0 ? text.length() : next)));
                    at = next;
                }
            }
        }
        return found;
    }

    @Test
    void noDescriptionOfTheCorpusRaisesAnythingAndEveryReadableOneKeepsItsBytes() throws IOException {
        assumeTrue(Files.isDirectory(CORPUS), () -> "no corpus at " + CORPUS.toAbsolutePath());
        List<String> descriptions = descriptions();
        assertThat(descriptions)
                .as("session descriptions under " + CORPUS.toAbsolutePath())
                .hasSizeGreaterThan(100);
        int readable = 0;
        for (String text : descriptions) {
            byte[] body = SdpSamples.bytes(text);
            if (SdpReader.read(body) instanceof SdpReader.Reading.Understood(var sdp)) {
                readable++;
                assertThat(SdpRewriter.rewrite(sdp, Map.of())).isEqualTo(body);
                Map<Integer, LocalMedia> ours = new HashMap<>();
                for (int i = 0; i < sdp.media().size(); i++) {
                    if (sdp.media().get(i).relayed()) {
                        ours.put(i, local("127.0.0.1", 30_000 + 2 * i, 30_001 + 2 * i));
                    }
                }
                byte[] once = SdpRewriter.rewrite(sdp, ours);
                assertThat(SdpReader.read(once)).isInstanceOf(SdpReader.Reading.Understood.class);
            }
        }
        assertThat(readable).as("readable ones").isGreaterThan(50);
    }
}
