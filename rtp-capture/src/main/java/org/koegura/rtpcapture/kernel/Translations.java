package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Whether the host translates addresses of what we send (NAT, RFC 3022): the program would send it untranslated.
///
/// The host is asked before each loan, on a media loop, which takes some microseconds (ten, measured) where it answers.
/// Where it does not, a question may take it far longer: it looks for a module that could answer, and runs a program
/// for that. So the first question is put at the opening, on whatever thread that is, and a refusal is remembered.
///
/// Owned by one thread at a time.
final class Translations {

    /// What the host says of packets from a port of ours to another.
    enum Told {
        PLAIN,
        TRANSLATED,
        /// It does not say.
        REFUSED
    }

    /// Who is asked.
    interface Host {

        /// The file that the questions go by.
        int descriptor();

        /// Whether it tracks connections: otherwise it translates none.
        boolean tracks();

        Told ask(InetSocketAddress from, InetSocketAddress to);
    }

    /// A host that tracks connections and does not say of them is asked again after so long: a module may have come.
    static final long REFUSED_NANOS = TimeUnit.MINUTES.toNanos(1);

    /// Of which nobody knows anything.
    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);

    private final Host host;
    private final LongSupplier nanos;
    private boolean refused;
    private long refusedNanos;

    /// Asks at once: may take long.
    ///
    /// @param nanos as [System#nanoTime]
    Translations(Host host, LongSupplier nanos) {
        this.host = host;
        this.nanos = nanos;
        boolean _ = ask(NOBODY, NOBODY);
    }

    /// Opens it; null where the kernel does not know its like. May take long.
    static @Nullable Translations open(Arena arena) {
        Host host = Connections.open(arena);
        return host == null ? null : new Translations(host, System::nanoTime);
    }

    int descriptor() {
        return host.descriptor();
    }

    /// Whether the host is known to translate what goes from a port of ours to another; also where it tracks
    /// connections and does not say.
    boolean any(InetSocketAddress from, InetSocketAddress to) {
        if (refused && !host.tracks()) {
            return false;
        }
        if (refused && nanos.getAsLong() - refusedNanos < REFUSED_NANOS) {
            return true;
        }
        return ask(from, to);
    }

    private boolean ask(InetSocketAddress from, InetSocketAddress to) {
        Told told = host.ask(from, to);
        refused = told == Told.REFUSED;
        refusedNanos = nanos.getAsLong();
        return refused ? host.tracks() : told == Told.TRANSLATED;
    }
}
