package org.koegura.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Whose rights a process has, where the tests run as root. Whoever runs them as an ordinary user is one already, and
/// nothing is taken from him.
public enum Rights {
    /// Root's, but for those that the kernel's help for media needs.
    WITHOUT_THE_KERNELS_HELP,
    /// None at all: those of a user who is made for a service.
    OF_A_SERVICE;

    /// `nobody`, whose name nobody need know here.
    private static final int SERVICE_ID = 65_534;

    /// Who may administer the system may what the first three may.
    private static final String NEEDED = "-bpf,-perfmon,-net_admin,-sys_admin";

    /// Their bits in `/proc/PID/status`: `CAP_NET_ADMIN`, `CAP_SYS_ADMIN`, `CAP_PERFMON`, `CAP_BPF`.
    private static final long NEEDED_BITS = 1L << 12 | 1L << 21 | 1L << 38 | 1L << 39;

    private static final Duration ASKED = Duration.ofSeconds(10);

    /// The words before a command that give it these.
    ///
    /// @param read what it has to read; where a folder above is for root alone (a home, say), it may read all files
    public List<String> entering(Path... read) throws IOException, InterruptedException {
        if (!isRoot()) {
            return List.of();
        }
        return switch (this) {
            case WITHOUT_THE_KERNELS_HELP -> List.of("setpriv", "--inh-caps=" + NEEDED, "--bounding-set=" + NEEDED);
            case OF_A_SERVICE -> {
                List<String> none = service("-all");
                yield reads(none, read) ? none : service("-all,+dac_read_search");
            }
        };
    }

    private static List<String> service(String capabilities) {
        return List.of(
                "setpriv",
                "--reuid=" + SERVICE_ID,
                "--regid=" + SERVICE_ID,
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps=" + capabilities,
                "--ambient-caps=" + capabilities,
                "--bounding-set=" + capabilities);
    }

    private static boolean reads(List<String> entering, Path... files) throws InterruptedException {
        for (Path file : files) {
            List<String> asked = new ArrayList<>(entering);
            asked.addAll(List.of("test", "-r", file.toString()));
            try (ChildProcess test = ChildProcess.start(Path.of("/"), asked.toArray(String[]::new))) {
                if (test.awaitExit(ASKED) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Makes a folder that is his own, in one that is ours.
    public void own(Path folder) throws IOException {
        Files.createDirectory(folder);
        if (this == OF_A_SERVICE && isRoot()) {
            Path above = Objects.requireNonNull(folder.getParent());
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx--x--x"));
            Files.setAttribute(folder, "unix:uid", SERVICE_ID);
            Files.setAttribute(folder, "unix:gid", SERVICE_ID);
        }
    }

    /// Fails where a process has more.
    public void assertHeldBy(ChildProcess process) throws IOException {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        long effective = Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .orElseThrow();
        assertThat(effective & NEEDED_BITS)
                .as("capabilities of what the kernel's help needs")
                .isZero();
        assertThat(this == OF_A_SERVICE && userOf(proc) == 0).as("it is root").isFalse();
    }

    private static boolean isRoot() throws IOException {
        return userOf(Path.of("/proc/self")) == 0;
    }

    private static int userOf(Path proc) throws IOException {
        return (Integer) Files.getAttribute(proc, "unix:uid");
    }
}
