package org.koegura.server.bench.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// What of processes lies in memory, as the kernel tells it (proc(5), `/proc/PID/status`).
final class ProcessMemory {

    private static final String RESIDENT = "VmRSS:";

    private ProcessMemory() {}

    /// KiB of all of them together. One that is gone has none.
    static long residentKib(Collection<Long> pids) {
        long kib = 0;
        for (long pid : pids) {
            try {
                kib += residentKib(
                        Files.readString(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.UTF_8));
            } catch (IOException gone) {
                // it ended, and its memory with it
            }
        }
        return kib;
    }

    /// KiB in the lines of a `status`; 0 where they do not tell.
    static long residentKib(String status) {
        return status.lines()
                .filter(line -> line.startsWith(RESIDENT))
                .map(line -> line.substring(RESIDENT.length()).strip().split(" ", 2)[0])
                .mapToLong(Long::parseLong)
                .sum();
    }
}
