package org.koegura.announcement;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;

/// What holds for the telephones of one number or pattern: whose they are, and what becomes of their calls.
///
/// A pattern is digits, with `x` for any one digit and a final `*` for any rest. A Japanese number may be written
/// `0990…` or `+81990…`: both mean the same telephones.
///
/// @param number a number or a pattern
/// @param line the section and the site that they belong to
/// @param notice what becomes of their calls
/// @param unrecordable what becomes of those that should be recorded and cannot be (R3)
/// @param faxTones whether a fax machine that is heard in them ends their recording
/// @param schedule name of the one by which `notice` changes; null where it never does
/// @param codes whether its telephones may ask for something by digits
/// @param outbound who tells whoever is called from there
public record LinePolicy(
        String number,
        Line line,
        Notice notice,
        Unrecordable unrecordable,
        FaxTones faxTones,
        @Nullable String schedule,
        Codes codes,
        Outbound outbound) {

    private static final Pattern FORM = Pattern.compile("\\+?[0-9x]+\\*?");
    private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");
    private static final int LENGTH_MAX = 32;
    private static final String HOME = "+81";

    /// What becomes of calls.
    public enum Notice {
        /// Announced when the call is answered, and then recorded (N3).
        ANSWER,
        /// The same; and whoever calls from outside is told before, while the telephone rings (N3).
        EARLY,
        /// Neither announced nor recorded: a consultation hotline (N10).
        NEVER_RECORD,
        /// Neither announced nor recorded: a fax or modem line (N11).
        BYPASS;

        /// Why nothing is kept of such a call; null where it is announced.
        @Nullable
        Unrecorded unrecorded() {
            return switch (this) {
                case ANSWER, EARLY -> null;
                case NEVER_RECORD -> Unrecorded.NEVER_RECORD_LINE;
                case BYPASS -> Unrecorded.BYPASS_NUMBER;
            };
        }
    }

    /// What becomes of calls that cannot be recorded.
    public enum Unrecordable {
        /// What is set for all calls.
        DEFAULT,
        /// They pass.
        PASS,
        /// They are refused: fail closed.
        REFUSE;

        boolean refuses(boolean standard) {
            return this == DEFAULT ? standard : this == REFUSE;
        }
    }

    /// What becomes of calls in whose audio a fax machine or a modem is heard (N11).
    public enum FaxTones {
        /// Their notice stops, and nothing more of them is kept.
        DETECT,
        /// They are announced and recorded as all others: whoever plays such a tone does not end that.
        IGNORE
    }

    /// Who may use codes on the telephone (F1).
    public enum Codes {
        /// Whoever dials or presses one there is refused.
        NONE,
        /// Telephones of appointed operators.
        ALL
    }

    /// Who tells whoever is called from a line whose calls are announced.
    public enum Outbound {
        /// The prompt, when the call is answered.
        PROMPT,
        /// Staff, who attest it; recording starts then (N5).
        ORAL
    }

    /// One whose prompt tells whoever is called, too.
    public LinePolicy(
            String number,
            Line line,
            Notice notice,
            Unrecordable unrecordable,
            FaxTones faxTones,
            @Nullable String schedule,
            Codes codes) {
        this(number, line, notice, unrecordable, faxTones, schedule, codes, Outbound.PROMPT);
    }

    /// One whose telephones use no codes.
    public LinePolicy(
            String number,
            Line line,
            Notice notice,
            Unrecordable unrecordable,
            FaxTones faxTones,
            @Nullable String schedule) {
        this(number, line, notice, unrecordable, faxTones, schedule, Codes.NONE);
    }

    /// One that says the same at any time.
    public LinePolicy(String number, Line line, Notice notice, Unrecordable unrecordable, FaxTones faxTones) {
        this(number, line, notice, unrecordable, faxTones, null);
    }

    /// One in whose calls fax machines are listened for.
    public LinePolicy(String number, Line line, Notice notice, Unrecordable unrecordable) {
        this(number, line, notice, unrecordable, FaxTones.DETECT);
    }

    /// One whose calls pass or are refused as all others.
    public LinePolicy(String number, Line line, Notice notice) {
        this(number, line, notice, Unrecordable.DEFAULT);
    }

    public LinePolicy {
        if (!isPattern(number)) {
            throw new IllegalArgumentException("line: digits, x and a final * are needed");
        }
    }

    /// Whether a text is a number or a pattern.
    public static boolean isPattern(String text) {
        return text.length() <= LENGTH_MAX && FORM.matcher(text).matches();
    }

    /// Whether it speaks of that party. Total.
    boolean isOf(Party party) {
        String e164 = party.e164();
        return matches(party.number())
                || (e164 != null
                        && (matches(e164) || (e164.startsWith(HOME) && matches("0" + e164.substring(HOME.length())))));
    }

    private boolean matches(String written) {
        String digits = SEPARATORS.matcher(written).replaceAll("");
        boolean open = number.endsWith("*");
        int fixed = open ? number.length() - 1 : number.length();
        if (open ? digits.length() < fixed : digits.length() != fixed) {
            return false;
        }
        for (int i = 0; i < fixed; i++) {
            char is = digits.charAt(i);
            char wanted = number.charAt(i);
            if (wanted == 'x' ? is < '0' || is > '9' : is != wanted) {
                return false;
            }
        }
        return true;
    }
}
