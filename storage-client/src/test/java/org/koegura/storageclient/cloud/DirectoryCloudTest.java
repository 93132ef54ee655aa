package org.koegura.storageclient.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.StoreFault;

/// A directory keeps the contract of every cloud; and what only a directory can suffer.
class DirectoryCloudTest extends CloudStoreContract {

    @TempDir
    Path mount;

    private DirectoryCloud cloud;

    @BeforeEach
    void make() throws StoreFault {
        cloud = new DirectoryCloud(mount.resolve("cloud"));
        cloud.make();
    }

    @Override
    protected CloudStore cloud() {
        return cloud;
    }

    @Test
    void aHalfWrittenObjectIsNoneButIsListedAndDeleted() throws StoreFault, IOException {
        Path folder = Files.createDirectories(mount.resolve("cloud/recordings/a"));
        Files.writeString(folder.resolve(".one.part"), "hal");

        assertThat(cloud.confirm("recordings/a/one")).isEmpty();
        assertThat(cloud.list("recordings")).containsExactly("recordings/a/one");
        cloud.deleteEveryVersion("recordings/a/one");
        assertThat(folder).doesNotExist();
    }

    @Test
    void aFileOfSomebodyElseIsNoObjectAndDoesNotKeepOursFromGoing() throws StoreFault, IOException {
        put("recordings/a/one", "content");
        Path foreign = Files.writeString(mount.resolve("cloud/recordings/a/.DS Store"), "theirs");

        assertThat(cloud.list("recordings/a")).containsExactly("recordings/a/one");
        cloud.deleteEveryVersion("recordings/a/one");

        assertThat(cloud.list("recordings/a")).isEmpty();
        assertThat(foreign).hasContent("theirs");
    }

    @Test
    void aDirectoryThatIsGoneIsUnreachableAndNotMadeAnew() throws IOException {
        Files.delete(mount.resolve("cloud"));

        assertThatExceptionOfType(StoreFault.Unreachable.class).isThrownBy(() -> put("a/b", "content"));
        assertThatExceptionOfType(StoreFault.Unreachable.class).isThrownBy(() -> cloud.confirm("a/b"));
        assertThatExceptionOfType(StoreFault.Unreachable.class).isThrownBy(() -> cloud.list("a"));
        assertThatExceptionOfType(StoreFault.Unreachable.class).isThrownBy(() -> cloud.deleteEveryVersion("a/b"));
        assertThatExceptionOfType(StoreFault.Unreachable.class).isThrownBy(() -> cloud.probe());
        assertThat(mount).isEmptyDirectory();
    }

    @Test
    void whatIsMadeHereOnlyItsOwnerMayUse() throws StoreFault, IOException {
        Path left = Files.createDirectories(mount.resolve("cloud/keys")).resolve(".one.key.part");
        Files.setPosixFilePermissions(Files.writeString(left, "hal"), PosixFilePermissions.fromString("rw-rw-rw-"));

        put("keys/one.key", "wrapped");
        put("keys/recordings/two.key", "wrapped");

        assertThat(permissions("")).isEqualTo("rwx------");
        assertThat(permissions("keys/recordings")).isEqualTo("rwx------");
        assertThat(permissions("keys/recordings/two.key")).isEqualTo("rw-------");
        assertThat(permissions("keys/one.key")).isEqualTo("rw-------");
        assertThat(left).doesNotExist();
    }

    private String permissions(String name) throws IOException {
        Path path = mount.resolve("cloud").resolve(name);
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aFileInItsPlaceIsUnreachable() throws IOException {
        Files.delete(mount.resolve("cloud"));
        Files.writeString(mount.resolve("cloud"), "in the way");

        assertThatExceptionOfType(StoreFault.Unreachable.class).isThrownBy(() -> put("a/b", "content"));
        assertThatExceptionOfType(StoreFault.Unreachable.class).isThrownBy(() -> cloud.probe());
    }
}
