package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.VirtualClock;

/// Which policy decides is journalled when it changes, and each of them stays, whole.
class AdoptionTest {

    private static final byte[] ONE = "{\"one\":\"録音\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "{\"other\":1}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private Governance open() throws GovernanceFault {
        return Governance.open(
                new Governance.Settings(directory, new CallRules(false, false)),
                new FakeStore(),
                new VirtualClock(Instant.parse("2026-11-24T01:00:00Z")),
                new SecureRandom(),
                registry);
    }

    private static String version(byte[] form) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(form));
    }

    private void startWith(byte[] form) throws Exception {
        try (Governance governance = open()) {
            governance.adopt(version(form), form);
        }
    }

    private List<String> adoptions() throws IOException {
        return Files.readAllLines(directory.resolve("journal/journal.jsonl")).stream()
                .filter(line -> line.contains("\"act\":\"policy.adopted\""))
                .toList();
    }

    private Path file(byte[] form) throws Exception {
        return directory.resolve("journal/policies/" + version(form) + ".json");
    }

    @Test
    void aStartWithAnotherPolicyIsJournalledAndOneWithTheSameIsNot() throws Exception {
        startWith(ONE);
        startWith(ONE);
        assertThat(adoptions())
                .singleElement()
                .asString()
                .contains("\"actor\":\"system\"", "\"subject\":\"" + version(ONE) + "\"")
                .contains("\"before\":\"none\"", "\"bytes\":\"" + ONE.length + "\"")
                .contains("\"file\":\"policies/" + version(ONE) + ".json\"");
        startWith(OTHER);
        startWith(OTHER);
        assertThat(adoptions()).hasSize(2).last().asString().contains("\"before\":\"" + version(ONE) + "\"");
        startWith(ONE);
        assertThat(adoptions())
                .as("the last one counts, not whether it ever was")
                .hasSize(3)
                .last()
                .asString()
                .contains("\"subject\":\"" + version(ONE) + "\"");
        assertThat(new Decisions(directory).adopted()).containsExactly(version(ONE), version(OTHER));
    }

    @Test
    void everyPolicyStaysAndIsItsOwnersAlone() throws Exception {
        startWith(ONE);
        startWith(OTHER);
        assertThat(new Decisions(directory).form(version(ONE))).isEqualTo(ONE);
        assertThat(new Decisions(directory).form(version(OTHER))).isEqualTo(OTHER);
        assertThat(new Decisions(directory).form("0".repeat(64))).isNull();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(ONE))))
                .isEqualTo("rw-------");
    }

    @Test
    void aPolicyThatIsGoneOrWasChangedIsWrittenAnewByTheNextStartWithIt() throws Exception {
        startWith(ONE);
        Files.delete(file(ONE));
        startWith(ONE);
        assertThat(file(ONE)).hasBinaryContent(ONE);
        Files.write(file(ONE), OTHER);
        startWith(ONE);
        assertThat(file(ONE)).hasBinaryContent(ONE);
        assertThat(adoptions()).hasSize(1);
    }

    @Test
    void aPolicyThatCannotBeKeptKeepsFromStartingInOneLineAndIsNotJournalled() throws Exception {
        try (Governance governance = open()) {
            Files.writeString(directory.resolve("journal/policies"), "in the way");
            assertThatExceptionOfType(GovernanceFault.Unusable.class)
                    .isThrownBy(() -> governance.adopt(version(ONE), ONE))
                    .satisfies(fault -> assertThat(
                                    String.valueOf(fault.getMessage()).lines())
                            .hasSize(1));
        }
        assertThat(adoptions()).isEmpty();
    }

    /// A version is what leads to its file.
    @Test
    void whatIsNoVersionLeadsNowhere() {
        for (String no : List.of("", "../journal", "0".repeat(63), "z".repeat(64))) {
            assertThat(catchThrowable(() -> new Decisions(directory).form(no)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
