package org.koegura.server.media;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A disk with a file system of its own (ext4, in a file), which can stand still as a disk does that does not answer:
/// whoever writes to it waits in the kernel until it goes on. Mounting and freezing need root, or sudo without a
/// password.
final class FreezingDisk implements Closeable {

    private final Path path;

    private FreezingDisk(Path path) {
        this.path = path;
    }

    /// Makes it in a folder.
    static FreezingDisk mount(Path folder, int megabytes) throws IOException, InterruptedException {
        Path image = folder.resolve("disk.image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) megabytes << 20);
        }
        Path path = Files.createDirectories(folder.resolve("disk"));
        await(asRoot("mkfs.ext4", "-q", "-F", image.toString()));
        await(asRoot("mount", "-o", "loop", image.toString(), path.toString()));
        FreezingDisk disk = new FreezingDisk(path);
        await(asRoot("chmod", "0777", path.toString()));
        return disk;
    }

    Path path() {
        return path;
    }

    /// Stands still from now on, and goes on by itself after so many seconds, whatever becomes of this process.
    Stall stall(int seconds) throws IOException {
        Process stalling = asRoot(
                "sh",
                "-c",
                "fsfreeze -f \"$0\" && echo stands still && sleep " + seconds + "; fsfreeze -u \"$0\"",
                path.toString());
        BufferedReader says =
                new BufferedReader(new InputStreamReader(stalling.getInputStream(), StandardCharsets.UTF_8));
        if (says.readLine() == null) {
            throw new IOException("the file system at " + path + " cannot be frozen: fsfreeze needs root");
        }
        return new Stall(stalling);
    }

    /// While the disk stands still.
    record Stall(Process process) {

        boolean isOver() {
            return !process.isAlive();
        }
    }

    private static Process asRoot(String... command) throws IOException {
        List<String> line = new ArrayList<>();
        if (!System.getProperty("user.name").equals("root")) {
            line.addAll(List.of("sudo", "-n"));
        }
        line.addAll(Arrays.asList(command));
        return new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void await(Process process) throws IOException, InterruptedException {
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(process.info().commandLine().orElse("a command") + " ended with " + code);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            await(asRoot("umount", path.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted before " + path + " was unmounted", e));
        }
    }
}
