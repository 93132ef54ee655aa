package org.koegura.server.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// CPU time of processes, as the kernel accounts it (proc(5), `/proc/PID/stat`).
public final class ProcessCpu {

    /// USER_HZ, in which Linux tells it on every architecture that a JDK runs on.
    private static final double TICKS_PER_SECOND = 100;

    /// Fields 14 to 17 counted from the state, field 3, which follows the name in brackets.
    private static final int UTIME = 11;

    private static final int CSTIME = 14;

    private ProcessCpu() {}

    /// Seconds that these processes and their children that ended have used. One that is gone counts nothing.
    public static double seconds(Collection<Long> pids) {
        double seconds = 0;
        for (long pid : pids) {
            try {
                seconds += seconds(
                        Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1));
            } catch (IOException gone) {
                // it ended: its parent's line holds what it used
            }
        }
        return seconds;
    }

    /// Seconds in user and system mode in a line of `stat`, those of waited-for children included. The name may hold
    /// blanks and brackets.
    public static double seconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        long ticks = 0;
        for (int field = UTIME; field <= CSTIME; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
