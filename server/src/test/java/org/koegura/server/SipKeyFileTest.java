package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SipKeyFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path data;

    private final SecureRandom random = new SecureRandom();

    @BeforeEach
    void asTheStoreDoes() throws IOException {
        Files.createDirectory(data.resolve("keys"));
    }

    private Path file() {
        return data.resolve("keys/sip.key");
    }

    @Test
    void theFirstStartMakesAKeyForItsOwnerAloneAndTheNextOnesKeepIt() throws Exception {
        String first = SipKeyFile.open(data, random).name(12, "x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file())).matches("[0-9a-f]{64}\n");
        assertThat(SipKeyFile.open(data, random).name(12, "x")).isEqualTo(first);
    }

    @Test
    void twoInstallationsHaveTwoKeys() throws Exception {
        String first = SipKeyFile.open(data, random).name(12, "x");
        Files.delete(file());
        assertThat(SipKeyFile.open(data, random).name(12, "x")).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no key\n", "00", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg"})
    void aDamagedKeyIsToldInOneLineWithWhatToDo(String text) throws Exception {
        SipKeyFile.open(data, random);
        Files.writeString(file(), text);
        assertThatThrownBy(() -> SipKeyFile.open(data, random))
                .isInstanceOf(StartFault.class)
                .hasMessage(file() + " is not 64 hexadecimal digits: restore it from its backup, or delete it and"
                        + " another one is made");
    }

    @Test
    void aKeyThatOthersMayReadIsNotUsed() throws Exception {
        SipKeyFile.open(data, random);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> SipKeyFile.open(data, random))
                .isInstanceOf(StartFault.class)
                .hasMessage(file() + " can be read by others: chmod 600 it");
    }
}
