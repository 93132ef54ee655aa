package org.koegura.audio;

import club.minnced.opus.util.OpusLibrary;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tomp2p.opuswrapper.Opus;

/// Loads libopus once, from the jar that bundles it for each platform: it is unpacked into `java.io.tmpdir`, JNA's own
/// part into the user's cache, and both must be on file systems that allow execution.
///
/// A machine on which that fails goes on without Opus, and says why.
final class OpusNative {

    /// Loading happens at the first look at this class, in one thread, by the rules of the language.
    private static final class Loaded {
        private static final Loaded ONCE = new Loaded();

        private final @Nullable Opus library;
        private final @Nullable String trouble;

        private Loaded() {
            @Nullable Opus loaded = null;
            @Nullable String why = null;
            try {
                OpusLibrary.loadFromJar();
                loaded = Opus.INSTANCE;
                loaded.opus_get_version_string();
            } catch (IOException | RuntimeException | LinkageError fault) {
                loaded = null;
                why = "libopus cannot be loaded: "
                        + String.valueOf(fault.getMessage()).lines().findFirst().orElse("");
            }
            this.library = loaded;
            this.trouble = why;
        }
    }

    private OpusNative() {}

    static Optional<String> trouble() {
        return Optional.ofNullable(Loaded.ONCE.trouble);
    }

    /// The library. Throws [IllegalStateException] where there is [#trouble].
    static Opus library() {
        Opus library = Loaded.ONCE.library;
        if (library == null) {
            throw new IllegalStateException(Loaded.ONCE.trouble);
        }
        return library;
    }
}
