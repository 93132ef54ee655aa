package org.koegura.server;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.OwnPrompts;
import org.koegura.announcement.PromptFault;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `koegura prompt`: the city's own notices. The recorder plays them from its next start on, where
/// `calls.prompts` names their folder and `calls.prompt` them.
@Command(
        name = "prompt",
        description = {
            "Keeps the city's own notices: looks at a sound, takes it in, lists what there is.",
            "What is taken in is played where calls.prompts names the folder and calls.prompt the name."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PromptCommand.Check.class, PromptCommand.Add.class, PromptCommand.Listing.class})
final class PromptCommand {

    private static final int UNFIT = 1;

    private PromptCommand() {}

    private static void say(PrintWriter out, OwnPrompts.Checked checked) {
        out.printf(
                Locale.ROOT,
                "%d ms, %.1f LUFS, true peak %.1f dBTP%n",
                checked.millis(),
                checked.loudness().lufs(),
                checked.loudness().truePeakDecibels());
    }

    /// A day as people write it in files.
    static final class Day implements ITypeConverter<LocalDate> {

        @Override
        public LocalDate convert(String value) {
            try {
                return LocalDate.parse(value);
            } catch (DateTimeParseException wrong) {
                throw new TypeConversionException("'" + value + "' is no day; write it as 2027-04-01");
            }
        }
    }

    @Command(
            name = "check",
            description = "Looks whether a WAV file can be a notice: length, loudness (EBU R 128), clipping.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "16-bit PCM of 8, 16, 24, 32 or 48 kHz, one or two channels.")
        @SuppressWarnings("NullAway.Init")
        private Path file;

        @Option(
                names = "--encoded",
                paramLabel = "CODEC=FILE",
                description = {
                    "The same sound in a codec that has no encoder here: g729=FILE, raw frames of 10 bytes without",
                    "header. Both files then begin with 300 ms of silence."
                })
        private Map<String, Path> encoded = new LinkedHashMap<>();

        @Override
        public Integer call() {
            PrintWriter err = spec.commandLine().getErr();
            try {
                OwnPrompts.Checked checked = OwnPrompts.check(file, encoded);
                say(spec.commandLine().getOut(), checked);
                checked.complaints().forEach(complaint -> err.println("koegura: " + file + ": " + complaint));
                return checked.complaints().isEmpty() ? 0 : UNFIT;
            } catch (PromptFault fault) {
                err.println("koegura: " + fault.getMessage());
                return UNFIT;
            }
        }
    }

    @Command(
            name = "add",
            description = "Checks a WAV file, and takes it in under a name. A new version needs a new name.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "As check takes it.")
        @SuppressWarnings("NullAway.Init")
        private Path file;

        @Option(names = "--folder", required = true, paramLabel = "DIR", description = "As calls.prompts names it.")
        @SuppressWarnings("NullAway.Init")
        private Path folder;

        @Option(names = "--id", required = true, paramLabel = "NAME", description = "Such as city-2027.")
        @SuppressWarnings("NullAway.Init")
        private String id;

        @Option(names = "--language", required = true, paramLabel = "TAG", description = "Such as ja, ja-simple, en.")
        @SuppressWarnings("NullAway.Init")
        private String language;

        @Option(names = "--text", required = true, paramLabel = "WORDS", description = "What it says, word for word.")
        @SuppressWarnings("NullAway.Init")
        private String text;

        @Option(names = "--encoded", paramLabel = "CODEC=FILE", description = "As check takes it.")
        private Map<String, Path> encoded = new LinkedHashMap<>();

        @Option(
                names = "--from",
                converter = Day.class,
                paramLabel = "DAY",
                description = "The first day, such as 2027-04-01.")
        private @Nullable LocalDate from;

        @Option(
                names = "--to",
                converter = Day.class,
                paramLabel = "DAY",
                description = "The last day, such as 2028-03-31.")
        private @Nullable LocalDate to;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try {
                new OwnPrompts(folder).add(file, encoded, new OwnPrompts.Entry(id, language, text, from, to));
                say(out, OwnPrompts.check(file, encoded));
                out.println(
                        "taken in as " + id + "; play it with calls.prompts: " + folder + " and calls.prompt: " + id);
                return 0;
            } catch (PromptFault | IllegalArgumentException fault) {
                spec.commandLine().getErr().println("koegura: " + fault.getMessage());
                return UNFIT;
            } catch (IOException unwritten) {
                spec.commandLine()
                        .getErr()
                        .println("koegura: " + folder + ": nothing can be written there; name a directory that is yours"
                                + " to write (" + unwritten.getClass().getSimpleName() + ")");
                return UNFIT;
            }
        }
    }

    @Command(
            name = "list",
            description = "Lists the city's own notices, each with its days, and with what keeps it from being played.",
            mixinStandardHelpOptions = true)
    static final class Listing implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(names = "--folder", required = true, paramLabel = "DIR", description = "As calls.prompts names it.")
        @SuppressWarnings("NullAway.Init")
        private Path folder;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try {
                for (OwnPrompts.Listed listed : new OwnPrompts(folder).list()) {
                    String fault = listed.fault() == null ? "" : " (cannot be played: " + listed.fault() + ")";
                    out.println(row(listed) + fault);
                }
                return 0;
            } catch (PromptFault fault) {
                spec.commandLine().getErr().println("koegura: " + fault.getMessage());
                return UNFIT;
            }
        }

        private static String row(OwnPrompts.Listed listed) {
            OwnPrompts.@Nullable Entry entry = listed.entry();
            if (entry == null) {
                return listed.id();
            }
            String days =
                    (entry.from() == null ? "…" : entry.from()) + " to " + (entry.to() == null ? "…" : entry.to());
            String encoded =
                    listed.encoded().isEmpty() ? "" : " (encoded: " + String.join(", ", listed.encoded()) + ")";
            return String.format(
                    Locale.ROOT, "%-20s %-10s %-26s %s%s", listed.id(), entry.language(), days, entry.text(), encoded);
        }
    }
}
