package org.koegura.storageclient.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.StoreFault;

/// What every [CloudStore] promises. The test of each extends it.
public abstract class CloudStoreContract {

    private static final String KEY = "recordings/2026/11/24/0f3c/packets.kgr";

    @TempDir
    protected Path local;

    /// The store under test, empty at the beginning of each test.
    protected abstract CloudStore cloud();

    @Test
    void whatWasPutIsConfirmedAndGivenBack() throws StoreFault, IOException {
        put(KEY, "ciphertext");

        assertThat(cloud().confirm(KEY)).contains(new CloudObject(KEY, 10, sha256("ciphertext")));
        try (InputStream in = cloud().get(KEY)) {
            assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("ciphertext");
        }
    }

    @Test
    void puttingAgainReplacesAndLeavesOne() throws StoreFault, IOException {
        put(KEY, "first");
        put(KEY, "second");
        put(KEY, "second");

        assertThat(cloud().confirm(KEY)).contains(new CloudObject(KEY, 6, sha256("second")));
        assertThat(cloud().list("recordings")).containsExactly(KEY);
    }

    @Test
    void anEmptyObjectIsOne() throws StoreFault, IOException {
        put(KEY, "");

        assertThat(cloud().confirm(KEY)).contains(new CloudObject(KEY, 0, sha256("")));
    }

    @Test
    void aFileOfAnotherHashIsRefusedAndChangesNothing() throws StoreFault, IOException {
        put(KEY, "first");
        Path other = Files.writeString(local.resolve("other"), "second");

        assertThatExceptionOfType(StoreFault.Damaged.class)
                .isThrownBy(() -> cloud().put(KEY, other, sha256("not this")));
        assertThat(cloud().confirm(KEY)).contains(new CloudObject(KEY, 5, sha256("first")));
        assertThat(cloud().list("recordings")).containsExactly(KEY);
    }

    @Test
    void aFileThatIsGoneIsMissing() {
        assertThatExceptionOfType(StoreFault.Missing.class)
                .isThrownBy(() -> cloud().put(KEY, local.resolve("none"), sha256("")));
    }

    @Test
    void ofWhatIsNotThereNothingIsConfirmedGivenOrListed() throws StoreFault {
        assertThat(cloud().confirm(KEY)).isEmpty();
        assertThat(cloud().list("recordings")).isEmpty();
        assertThatExceptionOfType(StoreFault.Missing.class).isThrownBy(() -> cloud().get(KEY));
    }

    @Test
    void aPrefixIsOfWholeWords() throws StoreFault, IOException {
        put("recordings/a/one", "1");
        put("recordings/a/two", "2");
        put("recordings/ab/three", "3");

        assertThat(cloud().list("recordings/a")).containsExactly("recordings/a/one", "recordings/a/two");
    }

    @Test
    void deletingLeavesNothingAndMayBeRepeated() throws StoreFault, IOException {
        put(KEY, "first");
        put(KEY, "second");

        cloud().deleteEveryVersion(KEY);
        cloud().deleteEveryVersion(KEY);
        cloud().deleteEveryVersion("never/was");

        assertThat(cloud().confirm(KEY)).isEmpty();
        assertThat(cloud().list("recordings")).isEmpty();
    }

    @Test
    void aProbeLeavesNothing() throws StoreFault, IOException {
        put(KEY, "content");
        cloud().probe();

        assertThat(cloud().list("recordings")).containsExactly(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/absolute", "a//b", "../up", "a/../b", "a/.hidden", "a/", "a b"})
    void aKeyThatLeadsElsewhereIsRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> cloud().confirm(key));
    }

    protected void put(String key, String content) throws StoreFault, IOException {
        cloud().put(key, Files.writeString(local.resolve("file"), content), sha256(content));
    }

    protected static String sha256(String content) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
