package org.koegura.verifier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;

/// Whoever came to the outside leg while a call was recorded, and whether he was told before it went on
/// (N2).
final class NewParties {

    private static final String TOO_OLD = "the attestation is older than the party that it was for";

    private NewParties() {}

    /// Somebody new.
    ///
    /// @param since when he came
    /// @param told what justifies packets after that; null where nothing does
    record Arrived(Instant since, NoticeCheck.@Nullable Justification told) {

        /// What is to be said of a packet that arrived then; null where something justifies it.
        @Nullable
        String otherwise(Instant at) {
            if (!at.isAfter(since)) {
                return null;
            }
            if (told == null) {
                return "and nothing says that whoever came at " + since + " was told";
            }
            return at.isBefore(told.from()) ? told.otherwise() + ", for whoever came at " + since : null;
        }
    }

    /// In the order of their coming.
    ///
    /// @throws Malformed what one is said to have been told is no notice, attestation or exemption
    static List<Arrived> of(Members manifest) throws Malformed {
        List<Arrived> parties = new ArrayList<>();
        for (Members span : spans(manifest)) {
            Instant since = span.time("from");
            parties.add(new Arrived(
                    since,
                    isTold(span) && !isOlder(span.object("basis"), since)
                            ? NoticeCheck.told(span.object("basis"), since, TOO_OLD)
                            : null));
        }
        return parties;
    }

    /// Check 5, of each of them: what was given lies within the time in which nothing was kept.
    static void examine(Members manifest, Findings findings) throws Malformed {
        Instant endedAt = manifest.object("capture").time("endedAt");
        for (Members span : spans(manifest)) {
            Instant since = span.time("from");
            Instant to = span.time("to");
            if (isTold(span)) {
                Members basis = span.object("basis");
                NoticeCheck.examineBasis(basis, since, TOO_OLD, to, findings);
                if (isOlder(basis, since) && !basis.names().contains("startedAt")) {
                    findings.failed(Check.NOTICE, "what somebody did at " + basis.time("at") + " was for another");
                } else if (isOlder(basis, since)) {
                    findings.failed(
                            Check.NOTICE,
                            "the notice of " + basis.time("startedAt") + " began before whoever came at " + since);
                }
            } else if (to.isBefore(endedAt) && !isFollowed(manifest, to)) {
                findings.failed(
                        Check.NOTICE,
                        "capture went on at " + to + ", and nothing says that whoever came at " + since + " was told");
            }
        }
    }

    /// Whether nothing is kept from then on either, for nobody knew any more what might be.
    private static boolean isFollowed(Members manifest, Instant at) throws Malformed {
        return AccountingCheck.spans(manifest).stream()
                .anyMatch(span -> span.reason().equals(AccountingCheck.COMMAND_LOST)
                        && span.from().equals(at));
    }

    /// An exemption is judged by whoever is there, and a notice is heard by him.
    private static boolean isOlder(Members basis, Instant than) throws Malformed {
        return basis.time(basis.names().contains("startedAt") ? "startedAt" : "at")
                .isBefore(than);
    }

    private static boolean isTold(Members span) {
        return span.names().contains("basis");
    }

    private static List<Members> spans(Members manifest) throws Malformed {
        List<Members> spans = new ArrayList<>();
        if (manifest.names().contains("spans")) {
            for (Members span : manifest.objects("spans")) {
                if (span.text("reason").equals(AccountingCheck.NEW_PARTY)) {
                    spans.add(span);
                }
            }
        }
        return spans;
    }
}
