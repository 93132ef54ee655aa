package org.koegura.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file system of a few megabytes in memory, to be filled up. Mounting needs root, or sudo without a password.
final class SmallDisk implements Closeable {

    private static final int BLOCK_BYTES = 65_536;

    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    static SmallDisk mount(Path path, int megabytes) throws IOException, InterruptedException {
        Files.createDirectories(path);
        asRoot("mount", "-t", "tmpfs", "-o", "mode=0777,size=" + megabytes + "m", "tmpfs", path.toString());
        return new SmallDisk(path);
    }

    Path path() {
        return path;
    }

    /// Writes one file until less than `leftBytes` are free; deleting it makes the disk usable again.
    Path fill(long leftBytes) throws IOException {
        Path filler = path.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (Files.getFileStore(path).getUsableSpace() > leftBytes) {
                out.write(new byte[BLOCK_BYTES]);
            }
        } catch (IOException full) {
            // full is what was wanted
        }
        return filler;
    }

    private static void asRoot(String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        if (!System.getProperty("user.name").equals("root")) {
            line.addAll(List.of("sudo", "-n"));
        }
        line.addAll(List.of(command));
        int code = new ProcessBuilder(line).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", line) + " ended with " + code);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            asRoot("umount", path.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted before " + path + " was unmounted", e));
        }
    }
}
