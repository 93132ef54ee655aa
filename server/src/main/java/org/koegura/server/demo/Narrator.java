package org.koegura.server.demo;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/// Tells what happens, a line at a time with the time of day, and remembers whether something went wrong.
///
/// Belongs to the demo's thread; a single line, of ringing, comes from the citizen's while that one waits.
final class Narrator {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.S");

    private final PrintWriter out;
    private final Clock clock;
    private final Language language;
    private boolean good = true;

    Narrator(PrintWriter out, Clock clock, Language language) {
        this.out = out;
        this.clock = clock;
        this.language = language;
    }

    /// A line without a time.
    void say(Phrase phrase, Object... arguments) {
        out.println(phrase.in(language, arguments));
        out.flush();
    }

    /// A line with the time.
    void tell(Phrase phrase, Object... arguments) {
        begin(phrase, arguments);
        out.println();
        out.flush();
    }

    /// A line with the time that is still being written.
    void begin(Phrase phrase, Object... arguments) {
        out.print(LocalTime.now(clock).format(TIME) + "  " + phrase.in(language, arguments));
        out.flush();
    }

    /// More of that line.
    void more(String text) {
        out.print(text);
        out.flush();
    }

    /// The end of that line, one of two; the bad one decides the verdict.
    void finish(boolean holds, Phrase yes, Phrase no, Object... arguments) {
        say(holds ? yes : no, arguments);
        good &= holds;
    }

    /// One of two lines; the bad one decides the verdict.
    boolean judge(boolean holds, Phrase yes, Phrase no, Object... arguments) {
        tell(holds ? yes : no, arguments);
        good &= holds;
        return holds;
    }

    String word(Phrase phrase) {
        return phrase.in(language);
    }

    void blank() {
        out.println();
        out.flush();
    }

    boolean isGood() {
        return good;
    }
}
