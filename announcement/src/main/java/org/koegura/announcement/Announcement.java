package org.koegura.announcement;

import java.util.List;
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

    private Announcement(NoticeDesk desk, NoticeSource source, List<Prompt> prompts) {
        this.desk = desk;
        this.source = source;
        this.prompts = prompts;
    }

    /// What can be set.
    ///
    /// @param defaultPromptId the prompt that is played where nothing else was asked for
    public record Settings(String defaultPromptId) {

        /// The shipped Japanese notice.
        public static Settings defaults() {
            return new Settings("notice-ja-1");
        }
    }

    /// Reads the shipped prompts; takes some tenths of a second. Throws [PromptFault] where one is missing, is not
    /// what its index says, or where the default prompt is unknown or too long.
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
        return new Announcement(
                new NoticePolicy(chosen.prompt()),
                EncodedNotices.of(shelf),
                shelf.stream().map(SpokenPrompt::prompt).toList());
    }

    private static List<String> ids(List<SpokenPrompt> shelf) {
        return shelf.stream().map(spoken -> spoken.prompt().id()).toList();
    }

    /// Decides whether a call is announced and recorded.
    public NoticeDesk desk() {
        return desk;
    }

    /// Gives prompts as ready RTP payloads: PCMU and PCMA, in packets of 10, 20, 30, 40 and 60 ms.
    public NoticeSource source() {
        return source;
    }

    /// All prompts, in the order of their index.
    public List<Prompt> prompts() {
        return prompts;
    }
}
