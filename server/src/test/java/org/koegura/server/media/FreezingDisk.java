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
import org.jspecify.annotations.Nullable;

/// A disk with a file system of its own (ext4, in a file), which can stand still as a disk does that does not answer:
/// whoever writes to it waits in the kernel until it goes on. Mounting and freezing need root, or sudo without a
/// password. Who holds the mount is a process of its own, which undoes it when it is told to, or when this process is
/// gone, however that ended.
public final class FreezingDisk implements Closeable {

    /// Its standard input ends with us. What still stands still then would never go on: nothing leads to it any more.
    private static final String HOLD = "mount -o loop \"$0\" \"$1\" || exit 1; chmod 0777 \"$1\"; echo is mounted; "
            + "cat >/dev/null; fsfreeze -u \"$1\" 2>/dev/null; umount \"$1\" || { umount -l \"$1\"; exit 1; }";

    private final Path path;
    private final Process holder;

    private FreezingDisk(Path path, Process holder) {
        this.path = path;
        this.holder = holder;
    }

    /// Makes it in a folder.
    public static FreezingDisk mount(Path folder, int megabytes) throws IOException, InterruptedException {
        Path image = folder.resolve("disk.image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) megabytes << 20);
        }
        Path path = Files.createDirectories(folder.resolve("disk"));
        await(asRoot("mkfs.ext4", "-q", "-F", image.toString()));
        Process holder = asRoot("sh", "-c", HOLD, image.toString(), path.toString());
        if (firstLine(holder) == null) {
            throw new IOException("the file system at " + path + " cannot be mounted: mount needs root");
        }
        return new FreezingDisk(path, holder);
    }

    /// Null where it ends without a word.
    private static @Nullable String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    public Path path() {
        return path;
    }

    /// Stands still from now on, and goes on by itself after so many seconds, whatever becomes of this process.
    public Stall stall(int seconds) throws IOException {
        Process stalling = asRoot(
                "sh",
                "-c",
                "fsfreeze -f \"$0\" && echo stands still && sleep " + seconds + "; fsfreeze -u \"$0\"",
                path.toString());
        if (firstLine(stalling) == null) {
            throw new IOException("the file system at " + path + " cannot be frozen: fsfreeze needs root");
        }
        return new Stall(stalling);
    }

    /// While the disk stands still.
    public record Stall(Process process) {

        public boolean isOver() {
            return !process.isAlive();
        }
    }

    private static Process asRoot(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of("setsid", "--wait")); // a signal to us is none to it
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
            holder.getOutputStream().close();
            await(holder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted before " + path + " was unmounted", e));
        }
    }
}
