package org.koegura.verifier;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;

/// Check 5: capture was lawful from its first moment, by what the recording says of itself (Art. 4).
final class NoticeCheck {

    private static final int SEQUENCES = 65_536;
    private static final long UNSIGNED_32_MAX = 0xFFFF_FFFFL;

    private NoticeCheck() {}

    static void examine(Members manifest, Findings findings) throws Malformed {
        Instant startedAt = manifest.object("capture").time("startedAt");
        Instant answeredAt = manifest.time("answeredAt");
        if (startedAt.isBefore(answeredAt)) {
            findings.failed(Check.NOTICE, "capture started at " + startedAt + ", before the answer at " + answeredAt);
        }
        Members basis = manifest.object("basis");
        if (announced(basis)) {
            examineNotice(basis, startedAt, findings);
        } else {
            examineExemption(basis, startedAt, findings);
        }
    }

    /// When the notice ended; null where capture rests on an exemption.
    static @Nullable Instant noticeEndedAt(Members manifest) throws Malformed {
        Members basis = manifest.object("basis");
        return announced(basis) ? basis.time("endedAt") : null;
    }

    private static boolean announced(Members basis) throws Malformed {
        return basis.oneOf("kind", "announced", "exempted").equals("announced");
    }

    private static void examineNotice(Members basis, Instant startedAt, Findings findings) throws Malformed {
        Instant endedAt = basis.time("endedAt");
        if (startedAt.isBefore(endedAt)) {
            findings.failed(
                    Check.NOTICE, "capture started at " + startedAt + ", before the notice ended at " + endedAt);
        }
        if (endedAt.isBefore(basis.time("startedAt"))) {
            findings.failed(Check.NOTICE, "the notice ended before it started");
        }
        long first = basis.whole("firstSequence", 0, SEQUENCES - 1);
        long last = basis.whole("lastSequence", 0, SEQUENCES - 1);
        long packets = basis.count("packets");
        long spanned = Math.floorMod(last - first, SEQUENCES) + 1L;
        if (packets != spanned) {
            findings.failed(
                    Check.NOTICE,
                    "the notice is said to have " + packets + " packets, but sequence numbers " + first + " to " + last
                            + " are " + spanned);
        }
        basis.whole("ssrc", 0, UNSIGNED_32_MAX);
        basis.whole("attempt", 1, Integer.MAX_VALUE);
        Members prompt = basis.object("prompt");
        prompt.text("id");
        prompt.text("language");
        prompt.hex("sha256", 64);
        examineFormat(basis.object("format"));
        for (Members report : basis.objects("receiverReports")) {
            report.time("at");
            report.whole("fractionLost", 0, 255);
            report.whole("cumulativeLost", -(1 << 23), (1 << 23) - 1);
            report.whole("highestSequence", 0, UNSIGNED_32_MAX);
            report.whole("jitterTicks", 0, UNSIGNED_32_MAX);
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
        Instant at = basis.time("at");
        if (startedAt.isBefore(at)) {
            findings.failed(Check.NOTICE, "capture started at " + startedAt + ", before the exemption at " + at);
        }
        basis.whole("ground", 1, 3);
        basis.text("author");
        basis.text("channel");
        basis.text("stage");
    }
}
