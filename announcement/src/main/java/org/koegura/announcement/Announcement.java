package org.koegura.announcement;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Codec;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.NoticeSource;

/// Opens the room: reads and checks the prompts, encodes them ahead, and gives the two ports.
///
/// Immutable, any thread.
public final class Announcement {

    private final PolicyForm policy;
    private final NoticeSource source;
    private final List<Prompt> prompts;
    private final Map<String, Set<String>> encodedElsewhere;
    private final Set<Codec> codecs;
    private final Supplier<List<String>> unusedFaults;

    private Announcement(
            PolicyForm policy,
            NoticeSource source,
            List<Prompt> prompts,
            Map<String, Set<String>> encodedElsewhere,
            Set<Codec> codecs,
            Supplier<List<String>> unusedFaults) {
        this.policy = policy;
        this.source = source;
        this.prompts = prompts;
        this.encodedElsewhere = encodedElsewhere;
        this.codecs = codecs;
        this.unusedFaults = unusedFaults;
    }

    /// What can be set.
    ///
    /// @param promptIds which prompts are played, in the order of preference: the first that is valid
    /// on the day of the call. After them all comes [#SHIPPED_PROMPT]
    /// @param ownPrompts the folder of the city's own prompts; null where it has none
    /// @param lines what holds for single lines; the first that speaks of a telephone counts
    /// @param holidays the city's days off
    /// @param schedules those that the lines name
    /// @param refusesUnrecordable whether a call that cannot be recorded is refused, where its line does not say
    /// @param zone the city's: days of validity begin at its midnight
    public record Settings(
            List<String> promptIds,
            @Nullable Path ownPrompts,
            List<LinePolicy> lines,
            Holidays holidays,
            List<Schedule> schedules,
            boolean refusesUnrecordable,
            ZoneId zone) {

        /// The Japanese notice, which is always there and always valid.
        public static final String SHIPPED_PROMPT = "notice-ja-1";

        public Settings {
            promptIds = List.copyOf(promptIds);
            lines = List.copyOf(lines);
            schedules = List.copyOf(schedules);
        }

        /// The shipped Japanese notice; no line is special; Japan.
        public static Settings defaults() {
            return new Settings(
                    List.of(SHIPPED_PROMPT), null, List.of(), Holidays.NONE, List.of(), false, ZoneId.of("Asia/Tokyo"));
        }

        /// The same with these lines.
        public Settings with(List<LinePolicy> lines) {
            return new Settings(promptIds, ownPrompts, lines, holidays, schedules, refusesUnrecordable, zone);
        }

        /// The same with these prompts.
        public Settings playing(List<String> promptIds, @Nullable Path ownPrompts) {
            return new Settings(promptIds, ownPrompts, lines, holidays, schedules, refusesUnrecordable, zone);
        }

        /// The same by these schedules.
        public Settings by(Holidays holidays, List<Schedule> schedules) {
            return new Settings(promptIds, ownPrompts, lines, holidays, schedules, refusesUnrecordable, zone);
        }

        /// The same, where a call that cannot be recorded is refused or passes.
        public Settings refusing(boolean unrecordable) {
            return new Settings(promptIds, ownPrompts, lines, holidays, schedules, unrecordable, zone);
        }

        private Set<String> scheduledIds() {
            return schedules.stream()
                    .flatMap(schedule -> schedule.rules().stream())
                    .flatMap(rule -> rule.prompts().stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
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

    /// Reads the shipped prompts and those of the city's own that are chosen, and encodes them in every
    /// codec that this machine has: about a second.
    ///
    /// Throws [PromptFault] where one is missing, not what its index says, or unfit, or where a chosen
    /// one is unknown. What is not chosen is not looked at: [#unusedFaults] does.
    public static Announcement open(Settings settings) throws PromptFault {
        return open(settings, PromptFiles.shipped());
    }

    static Announcement open(Settings settings, PromptFiles files) throws PromptFault {
        List<SpokenPrompt> shelf = new ArrayList<>(PromptShelf.read(files));
        Set<String> shipped = Set.copyOf(ids(shelf));
        Set<String> used = new LinkedHashSet<>(settings.promptIds());
        used.add(Settings.SHIPPED_PROMPT);
        used.addAll(settings.scheduledIds());
        OwnPrompts own = settings.ownPrompts() == null ? null : new OwnPrompts(settings.ownPrompts());
        if (own != null) {
            shelf.addAll(own.used(used, shipped));
        }
        PromptBook book = book(settings, shelf, own);
        SpokenPrompt tone = PromptShelf.tone(files);
        Set<Codec> codecs = EnumSet.allOf(Codec.class);
        codecs.removeIf(codec -> codec.trouble().isPresent());
        Calendar calendar = new Calendar(settings.zone(), settings.holidays(), settings.schedules());
        return new Announcement(
                PolicyForm.of(
                        new NoticePolicy(
                                book, new LineBook(settings.lines(), calendar), settings.refusesUnrecordable()),
                        replays(book, shelf, shipped)),
                EncodedNotices.of(shelf, tone, codecs),
                shelf.stream().map(SpokenPrompt::prompt).toList(),
                encodedElsewhere(shelf),
                codecs,
                () -> own == null ? List.of() : own.unusedFaults(used, shipped));
    }

    private static PromptBook book(Settings settings, List<SpokenPrompt> shelf, @Nullable OwnPrompts own)
            throws PromptFault {
        List<PromptBook.Chosen> chosen = new ArrayList<>();
        for (String id : settings.promptIds()) {
            chosen.add(chosen(id, shelf, own));
        }
        if (chosen.isEmpty() || !chosen.getLast().prompt().id().equals(Settings.SHIPPED_PROMPT)) {
            chosen.add(chosen(Settings.SHIPPED_PROMPT, shelf, own));
        }
        Set<String> scheduledOnly = settings.scheduledIds();
        chosen.forEach(one -> scheduledOnly.remove(one.prompt().id()));
        List<PromptBook.Chosen> scheduled = new ArrayList<>();
        for (String id : scheduledOnly) {
            scheduled.add(chosen(id, shelf, own));
        }
        return new PromptBook(chosen, scheduled, settings.zone());
    }

    /// Those that were chosen, and those that are shipped.
    private static ReplayShelf replays(PromptBook book, List<SpokenPrompt> shelf, Set<String> shipped) {
        List<PromptBook.Chosen> replays = new ArrayList<>(book.chosen());
        shelf.stream()
                .filter(spoken -> shipped.contains(spoken.prompt().id()))
                .map(spoken -> new PromptBook.Chosen(spoken.prompt(), spoken.validity()))
                .forEach(replays::add);
        return new ReplayShelf(replays, book.zone());
    }

    private static PromptBook.Chosen chosen(String id, List<SpokenPrompt> shelf, @Nullable OwnPrompts own)
            throws PromptFault {
        SpokenPrompt spoken = shelf.stream()
                .filter(one -> one.prompt().id().equals(id))
                .findFirst()
                .orElse(null);
        if (spoken == null) {
            Set<String> known = new LinkedHashSet<>(ids(shelf));
            known.addAll(own == null ? List.of() : own.ids());
            throw new PromptFault.Missing("no prompt is called '" + id + "'; choose among " + known);
        }
        if (spoken.millis() > PromptCheck.MILLIS_MAX) {
            throw new PromptFault.Unfit("the prompt '" + id + "' speaks for " + spoken.millis()
                    + " ms; choose one of at most " + PromptCheck.MILLIS_MAX + " ms");
        }
        return new PromptBook.Chosen(spoken.prompt(), spoken.validity());
    }

    private static Map<String, Set<String>> encodedElsewhere(List<SpokenPrompt> shelf) {
        return shelf.stream()
                .filter(spoken -> !spoken.encoded().isEmpty())
                .collect(Collectors.toUnmodifiableMap(
                        spoken -> spoken.prompt().id(),
                        spoken -> spoken.encoded().stream()
                                .map(sound -> sound.codec().name())
                                .collect(Collectors.toUnmodifiableSet())));
    }

    private static List<String> ids(List<SpokenPrompt> shelf) {
        return shelf.stream().map(spoken -> spoken.prompt().id()).toList();
    }

    /// Decides whether a call is announced and recorded.
    public NoticeDesk desk() {
        return policy;
    }

    /// What decides, with its version.
    public PolicyForm policy() {
        return policy;
    }

    /// Gives prompts as ready RTP payloads: PCMU, PCMA and G.722 in packets of 10, 20, 30, 40 and 60 ms, Opus in
    /// packets of 10, 20, 40 and 60 ms, and what is [#encodedElsewhere] in any packets of up to 60 ms.
    public NoticeSource source() {
        return source;
    }

    /// All that are encoded: those that are shipped, and those of the city's own that are chosen, each in
    /// the order of its index.
    public List<Prompt> prompts() {
        return prompts;
    }

    /// Encoding names in which calls can be announced: all but Opus always, Opus where its library could be loaded.
    public Set<String> encodings() {
        return codecs.stream().map(Codec::name).collect(Collectors.toUnmodifiableSet());
    }

    /// Further encoding names, by the name of the prompt that calls can be announced in them with, for somebody else
    /// encoded it.
    public Map<String, Set<String>> encodedElsewhere() {
        return encodedElsewhere;
    }

    /// Why a codec is not among [#encodings], one line each.
    public List<String> troubles() {
        return EnumSet.complementOf(EnumSet.copyOf(codecs)).stream()
                .flatMap(codec -> codec.trouble().stream())
                .toList();
    }

    /// Why those of the city's own that are not chosen could not be played, one line each. Looks at their files
    /// when it is asked: blocks for a tenth of a second a prompt.
    public List<String> unusedFaults() {
        return unusedFaults.get();
    }
}
