package org.koegura.verifier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;

/// Check 6: every packet received is accounted for, and every loss is declared (R8).
final class AccountingCheck {

    private static final String PAUSE = "pause";
    static final String COMMAND_LOST = "command-lost";
    static final String NEW_PARTY = "new-party";
    private static final String RELAYED_ONLY = "relayedOnly";

    /// For which of several there was no room.
    private static final String RELAYED_ONLY_MERGED = "relayedOnly merged";

    private static final String[] LEGS = {"inside", "outside"};

    /// A call changes between voice and fax once or twice.
    private static final int SPANS_MAX = 256;

    private static final Set<String> WITHHELD = Set.of(
            "before-notice",
            "notice",
            PAUSE,
            NEW_PARTY,
            "objection",
            "fax",
            "bypass",
            COMMAND_LOST,
            "not-audio",
            "after-end");
    private static final String[] ENDS = {
        "hangup-inside",
        "hangup-outside",
        "cancelled",
        "rejected",
        "timed-out",
        "media-silent",
        "session-expired",
        "shutdown",
        "interrupted"
    };

    private AccountingCheck() {}

    static void examine(Members manifest, Findings findings) throws Malformed {
        try {
            Map<String, Long> lost = examineStreams(manifest, findings);
            examineGaps(manifest, lost, findings);
            examineSpans(manifest, findings);
            examineRelayedOnly(manifest, findings);
            examineOutcome(manifest, lost, findings);
        } catch (ArithmeticException overflow) {
            throw new Malformed("manifest.json: streams or gaps: the counts are too large to add up");
        }
    }

    /// How many packets of each leg a recording is said to hold.
    static Map<String, Long> recorded(Members manifest) throws Malformed {
        Map<String, Long> recorded = new HashMap<>();
        for (Members stream : manifest.objects("streams")) {
            recorded.put(stream.oneOf("leg", LEGS), stream.count("recorded"));
        }
        return recorded;
    }

    private static Map<String, Long> examineStreams(Members manifest, Findings findings) throws Malformed {
        Map<String, Long> lost = new HashMap<>();
        for (Members stream : manifest.objects("streams")) {
            String leg = stream.oneOf("leg", LEGS);
            if (lost.containsKey(leg)) {
                findings.failed(Check.ACCOUNTING, "the " + leg + " leg stands twice among the streams");
            }
            lost.put(leg, stream.count("lost"));
            long accounted = Math.addExact(stream.count("recorded"), stream.count("lost"));
            for (Map.Entry<String, Long> withheld : stream.counts("withheld").entrySet()) {
                if (!WITHHELD.contains(withheld.getKey())) {
                    throw stream.fault(
                            "withheld", "no packet is withheld as '" + Members.shown(withheld.getKey()) + "'");
                }
                accounted = Math.addExact(accounted, withheld.getValue());
            }
            long received = stream.count("received");
            if (received != accounted) {
                findings.failed(
                        Check.ACCOUNTING,
                        leg + ": " + received + " packets received, but " + accounted + " accounted for");
            }
        }
        for (String leg : LEGS) {
            if (!lost.containsKey(leg)) {
                findings.failed(Check.ACCOUNTING, "the " + leg + " leg is missing among the streams");
            }
        }
        return lost;
    }

    private static void examineGaps(Members manifest, Map<String, Long> lost, Findings findings) throws Malformed {
        Map<String, Long> declared = new HashMap<>();
        for (Members gap : manifest.objects("gaps")) {
            gap.oneOf("reason", "ring-full", "flood", "store-failed");
            if (gap.time("to").isBefore(gap.time("from"))) {
                findings.failed(Check.ACCOUNTING, "a gap ends before it starts");
            }
            declared.merge(gap.oneOf("leg", LEGS), gap.count("packets"), Math::addExact);
        }
        Set<String> legs = new HashSet<>(lost.keySet());
        legs.addAll(declared.keySet());
        for (String leg : legs.stream().sorted().toList()) {
            long said = lost.getOrDefault(leg, 0L);
            long inGaps = declared.getOrDefault(leg, 0L);
            if (said != inGaps) {
                findings.failed(Check.ACCOUNTING, leg + ": " + said + " packets lost, but its gaps declare " + inGaps);
            }
        }
    }

    /// A time in which nothing was to be kept, or not all, and why.
    record Span(Instant from, Instant to, String reason) {

        /// In words.
        String shown() {
            return switch (reason) {
                case PAUSE -> "capture was paused";
                case NEW_PARTY -> "somebody new on the outside leg had not been told yet";
                case COMMAND_LOST -> "nothing was kept, for a command of the signalling had been lost";
                case RELAYED_ONLY -> "more than the audio was relayed, and nothing of that is kept";
                case RELAYED_ONLY_MERGED -> "more than the audio was relayed now and then, and nothing of that is kept";
                default -> "there was no audio to keep (" + reason + ")";
            };
        }
    }

    /// The spans that a recording declares; older ones declare none.
    static List<Span> spans(Members manifest) throws Malformed {
        List<Span> spans = new ArrayList<>();
        if (!manifest.names().contains("spans")) {
            return spans;
        }
        for (Members span : manifest.objects("spans")) {
            spans.add(new Span(
                    span.time("from"),
                    span.time("to"),
                    span.oneOf("reason", "fax", "encrypted", PAUSE, NEW_PARTY, COMMAND_LOST)));
        }
        return atMost(manifest, "spans", spans);
    }

    private static void examineSpans(Members manifest, Findings findings) throws Malformed {
        List<Span> spans = spans(manifest);
        examineWithheld(manifest, PAUSE, spans.size() == SPANS_MAX || declares(spans, PAUSE), findings);
        examineWithheld(manifest, NEW_PARTY, declares(spans, NEW_PARTY), findings);
        examineWithheld(manifest, COMMAND_LOST, declares(spans, COMMAND_LOST), findings);
        examineTimes(manifest, spans, findings);
    }

    /// Beside the audio, and packets may have been kept meanwhile: those of the audio.
    private static void examineRelayedOnly(Members manifest, Findings findings) throws Malformed {
        List<Span> times = new ArrayList<>();
        if (manifest.names().contains(RELAYED_ONLY)) {
            List<Members> said = manifest.objects(RELAYED_ONLY);
            for (Members time : said) {
                boolean merged = time.mark("merged");
                if (merged && times.size() + 1 < said.size()) {
                    findings.failed(Check.ACCOUNTING, "a time that is not the last stands for several");
                }
                String reason = merged ? RELAYED_ONLY_MERGED : RELAYED_ONLY;
                times.add(new Span(time.time("from"), time.time("to"), reason));
            }
        }
        examineTimes(manifest, atMost(manifest, RELAYED_ONLY, times), findings);
    }

    private static List<Span> atMost(Members manifest, String member, List<Span> spans) throws Malformed {
        if (spans.size() > SPANS_MAX) {
            throw manifest.fault(member, "at most " + SPANS_MAX + " are needed, not " + spans.size());
        }
        return spans;
    }

    /// In order, none into another, all within capture.
    private static void examineTimes(Members manifest, List<Span> spans, Findings findings) throws Malformed {
        Instant free = manifest.object("capture").time("startedAt");
        Instant endedAt = manifest.object("capture").time("endedAt");
        for (Span span : spans) {
            if (!span.to().isAfter(span.from())) {
                findings.failed(Check.ACCOUNTING, "a span ends before it starts, or at once");
            }
            if (span.from().isBefore(free) || span.to().isAfter(endedAt)) {
                findings.failed(
                        Check.ACCOUNTING,
                        "the span from " + span.from() + " to " + span.to()
                                + " is not within capture, or runs into another");
            }
            free = span.to();
            findings.remarked(Check.ACCOUNTING, "from " + span.from() + " to " + span.to() + " " + span.shown());
        }
    }

    private static boolean declares(List<Span> spans, String reason) {
        return spans.stream().anyMatch(span -> span.reason().equals(reason));
    }

    /// What was withheld for that reason, a span declares; a pause that found no room any more cannot be told from
    /// none.
    private static void examineWithheld(Members manifest, String reason, boolean declared, Findings findings)
            throws Malformed {
        for (Members stream : manifest.objects("streams")) {
            long withheld = stream.counts("withheld").getOrDefault(reason, 0L);
            if (withheld > 0 && !declared) {
                findings.failed(
                        Check.ACCOUNTING,
                        stream.oneOf("leg", LEGS) + ": " + withheld + " packets are withheld as " + reason
                                + ", and no span declares one");
            }
        }
    }

    /// The recorder was killed, or lost its power, while the call was up.
    private static void examineInterruption(Members interruption, Findings findings) throws Malformed {
        Instant from = interruption.time("from");
        Instant to = interruption.time("to");
        if (to.isBefore(from)) {
            findings.failed(Check.ACCOUNTING, "the interruption ends before it starts");
        }
        findings.cutOff(
                Check.ACCOUNTING,
                "cut off: the recorder ended during the call, and of what arrived from " + from + " to " + to
                        + " nothing is known");
    }

    private static void examineOutcome(Members manifest, Map<String, Long> lost, Findings findings) throws Malformed {
        boolean anyLost = lost.values().stream().anyMatch(count -> count > 0);
        boolean interrupted = manifest.oneOf("end", ENDS).equals("interrupted");
        if (interrupted) {
            examineInterruption(manifest.object("interruption"), findings);
        }
        boolean partial = anyLost || interrupted || declares(spans(manifest), COMMAND_LOST);
        String expected = partial ? "partial" : "complete";
        String outcome = manifest.oneOf("outcome", "complete", "partial");
        if (!outcome.equals(expected)) {
            findings.failed(Check.ACCOUNTING, "the outcome is said to be " + outcome + ", but must be " + expected);
        }
    }
}
