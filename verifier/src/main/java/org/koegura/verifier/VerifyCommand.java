package org.koegura.verifier;

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The command `verify`. Exit codes: see [#HELP].
public final class VerifyCommand {

    /// What `--help` prints.
    static final String HELP = """
            verify PATH... [--keys DIR] [--trust FILE]... [--json]

            Checks sealed recordings and the journal, offline. PATH is one of
              a recording's folder          .../recordings/2026/11/24/ID
              a folder that holds many      .../recordings or .../recordings/2026/11
              a data directory              its recordings and its journal
              a journal                     .../journal.jsonl

            --keys DIR    the folder with master.key and recordings/ID.key; without it what is
                          encrypted is not looked into (checks 7 to 9)
            --trust FILE  the public key (PEM) of a signer that you trust; may be given again
            --json        one JSON document instead of lines

            A PATH in a data directory finds keys/ beside recordings/ by itself, and trusts keys/seal.pub
            there, where --keys or --trust is not given. Proof against somebody who can write to that
            directory needs a --trust from elsewhere.

            Exit codes
              0  everything was checked and holds; a journal is nevertheless "not anchored" in this
                 version: that nothing was cut from its end, no file here can prove
              1  something failed
              2  the arguments cannot be used, there is no recording, or PATH may not be read
              3  nothing failed, but not all could be checked (NOT CHECKED says why: no key, or a
                 file that this user may not read)
            """;

    private static final int EXIT_VERIFIED = 0;
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_UNUSABLE = 2;
    private static final int EXIT_INCOMPLETE = 3;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean onTerminal;

    VerifyCommand(PrintStream out, PrintStream err, boolean onTerminal) {
        this.out = out;
        this.err = err;
        this.onTerminal = onTerminal;
    }

    /// Runs the command and gives its exit code; `args` are those after the word `verify`.
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        boolean onTerminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return new VerifyCommand(out, err, onTerminal).run(args);
    }

    int run(List<String> args) {
        if (args.contains("--help") || args.contains("-h")) {
            out.print(HELP);
            return EXIT_VERIFIED;
        }
        try {
            Arguments arguments = Arguments.parse(args);
            List<Subjects> subjects = new ArrayList<>();
            for (Path path : arguments.paths()) {
                subjects.add(Subjects.at(path));
            }
            return verify(arguments, subjects);
        } catch (Arguments.Unusable unusable) {
            err.println("koegura verify: " + unusable.getMessage());
            return EXIT_UNUSABLE;
        }
    }

    private int verify(Arguments arguments, List<Subjects> all) throws Arguments.Unusable {
        int total = all.stream()
                .mapToInt(some -> some.recordings().size() + some.journals().size())
                .sum();
        List<Options> options = new ArrayList<>();
        for (Subjects some : all) {
            options.add(options(arguments, some));
        }
        Report report = arguments.json() ? new JsonReport(out) : new HumanReport(out, total > 3);
        Progress progress = new Progress(err, total, onTerminal);
        List<Verdict.Result> results = new ArrayList<>();
        int cutOff = 0;
        for (int i = 0; i < all.size(); i++) {
            Subjects some = all.get(i);
            some.skipped().forEach(report::skipped);
            if (arguments.trusted().isEmpty() && !options.get(i).trusted().isEmpty()) {
                report.remarked("trusting " + some.keysDirectory() + "/seal.pub, found beside the recordings");
            }
            for (Path recording : some.recordings()) {
                progress.draw(results.size());
                Verdict verdict = new Verifier().verify(recording, options.get(i));
                cutOff += verdict.isCutOff() ? 1 : 0;
                tell(verdict, report, progress, results);
            }
            for (Path journal : some.journals()) {
                progress.draw(results.size());
                tell(new JournalCheck().verify(journal), report, progress, results);
            }
        }
        Verdict.Result result = worst(results);
        report.ended(result, total, results, cutOff);
        return switch (result) {
            case VERIFIED -> EXIT_VERIFIED;
            case INCOMPLETE -> EXIT_INCOMPLETE;
            case FAILED -> EXIT_FAILED;
        };
    }

    private static void tell(Verdict verdict, Report report, Progress progress, List<Verdict.Result> results) {
        progress.clear();
        report.told(verdict);
        results.add(verdict.result());
    }

    private static Options options(Arguments arguments, Subjects some) throws Arguments.Unusable {
        @Nullable Path found = some.keysDirectory();
        @Nullable Path keys = arguments.keysDirectory() != null ? arguments.keysDirectory() : found;
        List<PublicKey> trusted = arguments.trusted();
        if (trusted.isEmpty() && found != null && isReadable(found.resolve("seal.pub"))) {
            trusted = List.of(Arguments.publicKey(found.resolve("seal.pub")));
        }
        return new Options(keys, trusted);
    }

    /// Nobody named it: who may not read it verifies without.
    private static boolean isReadable(Path file) {
        return Files.isRegularFile(file) && Files.isReadable(file);
    }

    private static Verdict.Result worst(List<Verdict.Result> results) {
        if (results.contains(Verdict.Result.FAILED)) {
            return Verdict.Result.FAILED;
        }
        return results.contains(Verdict.Result.INCOMPLETE) ? Verdict.Result.INCOMPLETE : Verdict.Result.VERIFIED;
    }
}
