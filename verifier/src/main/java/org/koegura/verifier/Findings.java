package org.koegura.verifier;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.ByteRange;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Reading;

/// Collects the findings on one subject. Owned by the one thread that verifies it.
final class Findings {

    /// The most failures that are told of one check; more would say no more.
    static final int FAILURES_A_CHECK_MAX = 10;

    private final List<Finding> findings = new ArrayList<>();

    /// The body of one check: it adds failures and remarks, or throws the one that ends it.
    interface Examination {
        void run() throws Malformed, IOException;
    }

    /// Runs a check; one that adds nothing but remarks has passed.
    void examine(Check check, Examination examination) {
        try {
            examination.run();
        } catch (Malformed malformed) {
            failed(check, malformed);
        } catch (NoSuchFileException missing) {
            notChecked(check, missing.getFile() + " is not there");
        } catch (AccessDeniedException closed) { // not the subject's fault
            notChecked(check, Reading.why(closed));
        } catch (IOException unreadable) {
            failed(check, Reading.why(unreadable));
        }
        if (of(check).stream().allMatch(Findings::isBesides)) {
            findings.add(new Finding.Passed(check, ""));
        }
    }

    void passed(Check check, String text) {
        findings.add(new Finding.Passed(check, text));
    }

    void failed(Check check, String text) {
        failed(check, text, null);
    }

    void failed(Check check, Malformed malformed) {
        failed(check, malformed.text(), malformed.range());
    }

    void failed(Check check, String text, @Nullable ByteRange range) {
        if (of(check).size() < FAILURES_A_CHECK_MAX) {
            findings.add(new Finding.Failed(check, text, range));
        }
    }

    void notChecked(Check check, String why) {
        findings.add(new Finding.NotChecked(check, why));
    }

    void remarked(Check check, String text) {
        findings.add(new Finding.Remarked(check, text));
    }

    void cutOff(Check check, String text) {
        findings.add(new Finding.CutOff(check, text));
    }

    private static boolean isBesides(Finding finding) {
        return finding instanceof Finding.Remarked || finding instanceof Finding.CutOff;
    }

    List<Finding> of(Check check) {
        return findings.stream().filter(finding -> finding.check() == check).toList();
    }

    List<Finding> inOrder() {
        return findings.stream().sorted(Comparator.comparing(Finding::check)).toList();
    }
}
