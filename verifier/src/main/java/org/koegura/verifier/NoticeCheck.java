package org.koegura.verifier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;

/// Check 5: capture was lawful from its first moment, by what the recording says of itself (Art. 4).
final class NoticeCheck {

    private static final String ANNOUNCED = "announced";
    private static final String EXEMPTED = "exempted";
    private static final int SEQUENCES = 65_536;
    private static final int FRACTION = 256;

    /// More than this, and a notice does not count as heard.
    private static final int LOSS_PERCENT_MAX = 5;

    private static final String BY_NOBODY = "the attestation names nobody";
    private static final String BEFORE_ANSWER = "the attestation is older than the answer";
    private static final int GROUNDS = 3;
    private static final int REPLAYS_MAX = 256;

    /// How a replay ended; the first one names a whole one.
    private static final String[] REPLAY_ENDS = {
        "completed", "keys", "on-hold", "unreachable", "other-notice", "not-kept", "no-audio", "call-ended", "player"
    };

    private static final long UNSIGNED_32_MAX = 0xFFFF_FFFFL;

    private NoticeCheck() {}

    static void examine(Members manifest, Findings findings) throws Malformed {
        Instant startedAt = manifest.object("capture").time("startedAt");
        Instant answeredAt = manifest.time("answeredAt");
        if (startedAt.isBefore(answeredAt)) {
            findings.failed(Check.NOTICE, "capture started at " + startedAt + ", before the answer at " + answeredAt);
        }
        examineBasis(manifest.object("basis"), answeredAt, BEFORE_ANSWER, startedAt, findings);
        NewParties.examine(manifest, findings);
        if (manifest.names().contains("replays")) {
            examineReplays(manifest, findings);
        }
    }

    /// What the other party heard once more of a notice while capture was on, in the inside party's
    /// place.
    private static void examineReplays(Members manifest, Findings findings) throws Malformed {
        Instant free = manifest.object("capture").time("startedAt");
        Instant endedAt = manifest.object("capture").time("endedAt");
        List<Members> replays = manifest.objects("replays");
        if (replays.size() > REPLAYS_MAX) {
            throw manifest.fault("replays", "at most " + REPLAYS_MAX + " are needed, not " + replays.size());
        }
        List<String> remarks = new ArrayList<>();
        for (Members replay : replays) {
            Instant from = replay.time("startedAt");
            Instant to = replay.time("endedAt");
            if (from.isBefore(free) || to.isAfter(endedAt)) {
                findings.failed(
                        Check.NOTICE, "the replay from " + from + " is not within capture, or runs into another");
            }
            String end = replay.oneOf("end", REPLAY_ENDS);
            examineSent(replay, "replay", findings);
            free = to;
            remarks.add("from " + from + " to " + to + " the other party heard the prompt "
                    + replay.object("prompt").text("id") + " in the inside party's place"
                    + (end.equals(REPLAY_ENDS[0]) ? "" : ", which was broken off (" + end + ")"));
        }
        remarks.forEach(remark -> findings.remarked(Check.NOTICE, remark)); // behind all faults: these are bounded
    }

    /// @param since from when on whoever is told was there
    /// @param tooOld what is to be said of an attestation before that
    /// @param startedAt when capture started, or went on
    static void examineBasis(Members basis, Instant since, String tooOld, Instant startedAt, Findings findings)
            throws Malformed {
        switch (kind(basis)) {
            case ANNOUNCED -> examineNotice(basis, startedAt, findings);
            case EXEMPTED -> examineExemption(basis, startedAt, findings);
            default -> {
                if (basis.time("at").isBefore(since)) {
                    findings.failed(Check.NOTICE, tooOld);
                }
                if (basis.text("author").isBlank()) {
                    findings.failed(Check.NOTICE, BY_NOBODY);
                }
                examineAct(basis, "attestation", startedAt, findings);
            }
        }
    }

    /// When the notice ended; null where capture rests on the act of a person.
    static @Nullable Instant noticeEndedAt(Members manifest) throws Malformed {
        Members basis = manifest.object("basis");
        return kind(basis).equals(ANNOUNCED) ? basis.time("endedAt") : null;
    }

    /// What justifies packets.
    ///
    /// @param from no packet may be earlier
    /// @param otherwise what is to be said of one that is
    record Justification(Instant from, String otherwise) {}

    /// What justifies the packets of a recording (Art. 4), and from when on: never before the answer (N1).
    ///
    /// @throws Malformed the manifest names no notice with its end, attestation by somebody since the answer, or
    /// exemption on one of the grounds
    static Justification justification(Members manifest) throws Malformed {
        Instant answeredAt = manifest.time("answeredAt");
        Justification told = told(manifest.object("basis"), answeredAt, BEFORE_ANSWER);
        return told.from.isBefore(answeredAt)
                ? new Justification(answeredAt, "before the answer at " + answeredAt)
                : told;
    }

    /// The same of one basis.
    ///
    /// @param since from when on whoever is told was there
    /// @param tooOld what is to be said of an attestation before that
    static Justification told(Members basis, Instant since, String tooOld) throws Malformed {
        return switch (kind(basis)) {
            case ANNOUNCED -> {
                Instant endedAt = basis.time("endedAt");
                yield new Justification(endedAt.plusNanos(1), "not after the notice ended at " + endedAt);
            }
            case EXEMPTED -> {
                basis.whole("ground", 1, GROUNDS);
                yield byAct(basis, "exemption");
            }
            default -> {
                if (basis.text("author").isBlank()) { // nobody can be asked
                    throw new Malformed(BY_NOBODY);
                }
                if (basis.time("at").isBefore(since)) { // nobody was there to be told
                    throw new Malformed(tooOld);
                }
                yield byAct(basis, "attestation");
            }
        };
    }

    private static Justification byAct(Members basis, String act) throws Malformed {
        Instant at = basis.time("at");
        return new Justification(at, "before the " + act + " at " + at);
    }

    private static String kind(Members basis) throws Malformed {
        return basis.oneOf("kind", ANNOUNCED, EXEMPTED, "attested");
    }

    private static void examineNotice(Members basis, Instant startedAt, Findings findings) throws Malformed {
        Instant endedAt = basis.time("endedAt");
        if (startedAt.isBefore(endedAt)) {
            findings.failed(
                    Check.NOTICE, "capture started at " + startedAt + ", before the notice ended at " + endedAt);
        }
        basis.whole("attempt", 1, Integer.MAX_VALUE);
        long last = examineSent(basis, "notice", findings);
        examineReports(basis, last, findings);
    }

    /// Which packets carried a prompt.
    ///
    /// @return the sequence number of the last
    private static long examineSent(Members played, String what, Findings findings) throws Malformed {
        if (played.time("endedAt").isBefore(played.time("startedAt"))) {
            findings.failed(Check.NOTICE, "the " + what + " ended before it started");
        }
        long first = played.whole("firstSequence", 0, SEQUENCES - 1);
        long last = played.whole("lastSequence", 0, SEQUENCES - 1);
        long packets = played.count("packets");
        long spanned = Math.floorMod(last - first, SEQUENCES) + 1L;
        if (packets != spanned) {
            findings.failed(
                    Check.NOTICE,
                    "the " + what + " is said to have " + packets + " packets, but sequence numbers " + first + " to "
                            + last + " are " + spanned);
        }
        played.whole("ssrc", 0, UNSIGNED_32_MAX);
        Members prompt = played.object("prompt");
        prompt.text("id");
        prompt.text("language");
        prompt.hex("sha256", 64);
        if (prompt.names().contains("encodedSha256")) {
            prompt.hex("encodedSha256", 64);
        }
        examineFormat(played.object("format"));
        return last;
    }

    /// What the other party's receiver said of the notice (RFC 3550 §6.4.1), told as it was received. That it said
    /// nothing, or more loss later than when it was judged, is no fault of the recording.
    private static void examineReports(Members basis, long last, Findings findings) throws Malformed {
        int reports = 0;
        String end = "";
        for (Members report : basis.objects("receiverReports")) {
            reports++;
            Instant at = report.time("at");
            long fraction = report.whole("fractionLost", 0, FRACTION - 1);
            long cumulative = report.whole("cumulativeLost", -(1 << 23), (1 << 23) - 1);
            long highest = report.whole("highestSequence", 0, UNSIGNED_32_MAX);
            report.whole("jitterTicks", 0, UNSIGNED_32_MAX);
            if (fraction * 100 > FRACTION * LOSS_PERCENT_MAX) {
                findings.remarked(
                        Check.NOTICE,
                        "the other party's report at " + at + " shows " + fraction + "/" + FRACTION
                                + " lost in its interval, more than " + LOSS_PERCENT_MAX + " %");
            }
            boolean reachesLast = Math.floorMod(highest - last, SEQUENCES) < SEQUENCES / 2;
            if (end.isEmpty() && reachesLast) {
                end = "; the first at or after its last packet came at " + at + ": " + fraction + "/" + FRACTION
                        + " lost in its interval, " + cumulative + " in all, highest sequence " + highest;
            }
        }
        if (findings.of(Check.NOTICE).stream().noneMatch(Finding.Failed.class::isInstance)) {
            findings.passed(
                    Check.NOTICE,
                    reports == 0
                            ? "the other party sent no receiver report on the notice"
                            : "receiver reports on the notice: " + reports
                                    + (end.isEmpty() ? "; none tells of its last packet" : end));
        }
    }

    /// An audio format, as the manifest and the opening facts write it.
    static void examineFormat(Members format) throws Malformed {
        format.whole("payloadType", 0, 127);
        format.text("encodingName");
        format.whole("clockRateHz", 1, Integer.MAX_VALUE);
        format.whole("packetMillis", 1, Integer.MAX_VALUE);
    }

    private static void examineExemption(Members basis, Instant startedAt, Findings findings) throws Malformed {
        basis.whole("ground", 1, GROUNDS);
        examineAct(basis, "exemption", startedAt, findings);
    }

    /// What somebody did, and answers for.
    private static void examineAct(Members basis, String act, Instant startedAt, Findings findings) throws Malformed {
        Instant at = basis.time("at");
        if (startedAt.isBefore(at)) {
            findings.failed(Check.NOTICE, "capture started at " + startedAt + ", before the " + act + " at " + at);
        }
        basis.text("author");
        basis.text("channel");
        basis.text("stage");
    }
}
