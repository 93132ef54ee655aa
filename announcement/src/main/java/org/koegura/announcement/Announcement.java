package org.koegura.announcement;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.koegura.audio.Codec;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.NoticeSource;

/// Opens the room: reads and checks the prompts, encodes them ahead, and gives the two ports.
///
/// Immutable, any thread.
public final class Announcement {

    /// The longest that the default prompt may speak (N4).
    public static final int DEFAULT_PROMPT_MILLIS_MAX = 8000;

    private final NoticeDesk desk;
    private final NoticeSource source;
    private final List<Prompt> prompts;
    private final Set<Codec> codecs;

    private Announcement(NoticeDesk desk, NoticeSource source, List<Prompt> prompts, Set<Codec> codecs) {
        this.desk = desk;
        this.source = source;
        this.prompts = prompts;
        this.codecs = codecs;
    }

    /// What can be set.
    ///
    /// @param defaultPromptId the prompt that is played where nothing else was asked for
    /// @param lines what holds for single lines; the first that speaks of a telephone counts
    public record Settings(String defaultPromptId, List<LinePolicy> lines) {

        public Settings {
            lines = List.copyOf(lines);
        }

        /// No line is special.
        Settings(String defaultPromptId) {
            this(defaultPromptId, List.of());
        }

        /// The shipped Japanese notice; no line is special.
        public static Settings defaults() {
            return new Settings("notice-ja-1");
        }

        /// The same with these lines.
        public Settings with(List<LinePolicy> lines) {
            return new Settings(defaultPromptId, lines);
        }
    }

    /// An opening under way on a thread of its own.
    public static final class Opening {
        private final CompletableFuture<Announcement> opened = new CompletableFuture<>();

        private Opening() {}

        /// Waits for its end. Throws [PromptFault] as [Announcement#open] does.
        public Announcement await() throws PromptFault {
            try {
                return opened.join();
            } catch (CompletionException failed) {
                if (failed.getCause() instanceof PromptFault fault) {
                    throw fault;
                }
                throw failed;
            }
        }
    }

    /// Begins [#open] in the background, so that other rooms can open meanwhile; [Opening#await] gives its result.
    public static Opening begin(Settings settings) {
        Opening opening = new Opening();
        Thread.ofPlatform().daemon().name("prompts").start(() -> {
            try {
                opening.opened.complete(open(settings));
            } catch (PromptFault | RuntimeException | Error fault) {
                opening.opened.completeExceptionally(fault);
            }
        });
        return opening;
    }

    /// Reads the shipped prompts and encodes them in every codec that this machine has: about a second.
    ///
    /// Throws [PromptFault] where one is missing or not what its index says, or where the default prompt is unknown
    /// or too long.
    public static Announcement open(Settings settings) throws PromptFault {
        return open(settings, PromptFiles.shipped());
    }

    static Announcement open(Settings settings, PromptFiles files) throws PromptFault {
        List<SpokenPrompt> shelf = PromptShelf.read(files);
        SpokenPrompt chosen = shelf.stream()
                .filter(spoken -> spoken.prompt().id().equals(settings.defaultPromptId()))
                .findFirst()
                .orElseThrow(() -> new PromptFault.Missing("no prompt is called '" + settings.defaultPromptId()
                        + "'; set the default prompt to one of " + ids(shelf)));
        if (chosen.millis() > DEFAULT_PROMPT_MILLIS_MAX) {
            throw new PromptFault.TooLong("the default prompt '" + settings.defaultPromptId() + "' speaks for "
                    + chosen.millis() + " ms; choose one of at most " + DEFAULT_PROMPT_MILLIS_MAX + " ms");
        }
        SpokenPrompt tone = PromptShelf.tone(files);
        Set<Codec> codecs = EnumSet.allOf(Codec.class);
        codecs.removeIf(codec -> codec.trouble().isPresent());
        return new Announcement(
                new NoticePolicy(chosen.prompt(), new LineBook(settings.lines())),
                EncodedNotices.of(shelf, tone, codecs),
                shelf.stream().map(SpokenPrompt::prompt).toList(),
                codecs);
    }

    private static List<String> ids(List<SpokenPrompt> shelf) {
        return shelf.stream().map(spoken -> spoken.prompt().id()).toList();
    }

    /// Decides whether a call is announced and recorded.
    public NoticeDesk desk() {
        return desk;
    }

    /// Gives prompts as ready RTP payloads: PCMU, PCMA and G.722 in packets of 10, 20, 30, 40 and 60 ms, Opus in
    /// packets of 10, 20, 40 and 60 ms.
    public NoticeSource source() {
        return source;
    }

    /// All prompts, in the order of their index.
    public List<Prompt> prompts() {
        return prompts;
    }

    /// Encoding names in which calls can be announced: all but Opus always, Opus where its library could be loaded.
    public Set<String> encodings() {
        return codecs.stream().map(Codec::name).collect(Collectors.toUnmodifiableSet());
    }

    /// Why a codec is not among [#encodings], one line each.
    public List<String> troubles() {
        return EnumSet.complementOf(EnumSet.copyOf(codecs)).stream()
                .flatMap(codec -> codec.trouble().stream())
                .toList();
    }
}
