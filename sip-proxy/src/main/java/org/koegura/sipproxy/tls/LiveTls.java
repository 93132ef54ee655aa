package org.koegura.sipproxy.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS by files that change: what stands in them is read again, and connections that begin from then on use it. Files
/// that cannot be used change nothing, and are told once. Safe from any thread.
///
/// Certificate and key are written one after the other: they are read when a look finds them as the look before left
/// them.
public final class LiveTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTls.class);

    /// How often the files are looked at.
    static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final TlsSettings settings;
    private volatile Tls now;
    private List<State> read;
    private String refusal = "";
    private List<State> seen;
    private final Thread watch =
            Thread.ofPlatform().daemon().name("sip-tls-files").unstarted(this::watch);

    /// What a file looks like from outside.
    ///
    /// @param key tells two files of one name apart, where the file system can
    private record State(Instant modified, long octets, String key) {

        private static final State NONE = new State(Instant.EPOCH, -1, "");

        static State of(Path file) {
            try {
                BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
                return new State(is.lastModifiedTime().toInstant(), is.size(), String.valueOf(is.fileKey()));
            } catch (IOException unreadable) {
                return NONE;
            }
        }
    }

    private LiveTls(TlsSettings settings) throws TlsFault {
        this.settings = settings;
        this.read = states();
        this.seen = read;
        this.now = Tls.load(settings);
    }

    /// Reads the files. Blocks.
    ///
    /// @throws TlsFault one of them is not what it should be
    public static LiveTls open(TlsSettings settings) throws TlsFault {
        return new LiveTls(settings);
    }

    /// Begins to look at the files.
    public void start() {
        watch.start();
    }

    /// What connections that begin now use.
    public Tls now() {
        return now;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_AGAIN);
                look();
            }
        } catch (InterruptedException ends) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks at the files once, and reads them where they changed and rest.
    synchronized void look() {
        List<State> states = states();
        boolean rest = states.equals(seen);
        seen = states;
        if (!rest || states.equals(read)) {
            return;
        }
        try {
            now = Tls.load(settings);
            read = states;
            refusal = "";
            LOG.info("sip.tls.reread certificate={} until={}", settings.certificate(), now.until());
        } catch (TlsFault | RuntimeException unusable) { // a library may choke on a file; the next look goes on
            String reason = String.valueOf(unusable.getMessage());
            if (!refusal.equals(reason)) { // tried at each look: who may read a file changes no time of it
                LOG.warn(
                        "sip.tls.reread.refused reason=\"{}\" next=\"mend it: until then the one before is used\"",
                        reason);
            }
            refusal = reason;
        }
    }

    private List<State> states() {
        List<State> states = new ArrayList<>(List.of(State.of(settings.certificate()), State.of(settings.key())));
        Path trust = settings.trust();
        if (trust != null) {
            states.add(State.of(trust));
        }
        return List.copyOf(states);
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
