package org.koegura.verifier;

import java.util.List;

/// Looks into verdicts, for tests alone.
final class Verdicts {

    private Verdicts() {}

    static List<Check> failedChecks(Verdict verdict) {
        return verdict.findings().stream()
                .filter(Finding.Failed.class::isInstance)
                .map(Finding::check)
                .distinct()
                .toList();
    }

    static String texts(Verdict verdict, Check check) {
        return String.join(
                "; ",
                verdict.findings().stream()
                        .filter(finding -> finding.check() == check)
                        .map(Finding::text)
                        .toList());
    }
}
