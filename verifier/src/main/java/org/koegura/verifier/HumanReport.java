package org.koegura.verifier;

import java.io.PrintStream;
import java.util.List;

/// One line a check, then the verdict. Of many subjects only what is not OK is told check by check.
final class HumanReport implements Report {

    private final PrintStream out;
    private final boolean brief;

    /// `brief` leaves out the checks that hold.
    HumanReport(PrintStream out, boolean brief) {
        this.out = out;
        this.brief = brief;
    }

    @Override
    public void skipped(String what) {
        line("skipped: " + what);
    }

    @Override
    public void remarked(String what) {
        line(what);
    }

    @Override
    public void told(Verdict verdict) {
        if (!brief) {
            line(verdict.subject().toString());
            verdict.findings().forEach(this::finding);
        }
        line(word(verdict.result()) + "  " + verdict.subject());
        if (brief) {
            verdict.findings().stream()
                    .filter(finding -> !(finding instanceof Finding.Passed))
                    .forEach(this::finding);
        }
    }

    @Override
    public void ended(Verdict.Result result, int subjects, List<Verdict.Result> results, int cutOff) {
        if (subjects != 1) {
            line(word(result) + ": of " + subjects + " verified " + count(results, Verdict.Result.VERIFIED)
                    + ", incomplete " + count(results, Verdict.Result.INCOMPLETE)
                    + ", failed " + count(results, Verdict.Result.FAILED)
                    + (cutOff == 0
                            ? ""
                            : "; cut off by a crash " + cutOff + ", of which what came at the end is not known"));
        }
    }

    private static long count(List<Verdict.Result> results, Verdict.Result wanted) {
        return results.stream().filter(wanted::equals).count();
    }

    private static String word(Verdict.Result result) {
        return switch (result) {
            case VERIFIED -> "VERIFIED";
            case INCOMPLETE -> "VERIFIED AS FAR AS CHECKED";
            case FAILED -> "FAILED";
        };
    }

    private void finding(Finding finding) {
        String word = switch (finding) {
            case Finding.Passed _ -> "OK";
            case Finding.Failed _ -> "FAILED";
            case Finding.NotChecked _ -> "NOT CHECKED";
            case Finding.Remarked _ -> "REMARK";
            case Finding.CutOff _ -> "CUT OFF";
        };
        Check check = finding.check();
        line(String.format("  %-2s  %-25s %-11s  %s", check.label(), check.title(), word, finding.text()));
    }

    /// Whatever a foreign file or name holds, it reaches a terminal as one line without control characters.
    private void line(String text) {
        out.println(text.stripTrailing().replaceAll("\\p{Cntrl}", "?"));
    }
}
