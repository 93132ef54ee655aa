package org.koegura.verifier;

import java.io.PrintStream;

/// A bar on a terminal while many recordings are verified; nothing elsewhere.
final class Progress {

    private static final int CELLS = 30;
    private static final int SUBJECTS_MIN = 5;

    private final PrintStream terminal;
    private final int total;
    private final boolean shown;

    Progress(PrintStream terminal, int total, boolean onTerminal) {
        this.terminal = terminal;
        this.total = total;
        this.shown = onTerminal && total >= SUBJECTS_MIN;
    }

    /// Draws the bar in the line where the cursor stands.
    void draw(int done) {
        if (shown) {
            int filled = (int) ((long) CELLS * done / total);
            terminal.print("\r[" + "#".repeat(filled) + ".".repeat(CELLS - filled) + "] " + done + "/" + total);
            terminal.flush();
        }
    }

    /// Clears the bar's line for what is printed next.
    void clear() {
        if (shown) {
            terminal.print(
                    "\r" + " ".repeat(CELLS + 4 + 2 * String.valueOf(total).length()) + "\r");
            terminal.flush();
        }
    }
}
