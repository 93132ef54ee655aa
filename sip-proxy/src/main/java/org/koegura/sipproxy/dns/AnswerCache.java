package org.koegura.sipproxy.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers for as long as they hold: their time to live, within bounds. Forgets what was asked for longest ago when it
/// is full. Safe from any thread.
final class AnswerCache {

    /// Far more names than a city calls at once.
    static final int ANSWERS_MAX = 2_048;

    /// A record that may not be kept at all would be asked for with every message of a call.
    static final Duration TTL_MIN = Duration.ofSeconds(5);

    /// Longer than this nobody would know that a carrier has moved.
    static final Duration TTL_MAX = Duration.ofHours(1);

    /// What is not there may come (RFC 2308; the record that says when is not read).
    static final Duration ABSENT = Duration.ofSeconds(60);

    /// After a silence nobody waits for the same again so soon: in a closed network it would hold up each call.
    static final Duration SILENT = Duration.ofSeconds(30);

    /// How long an answer that does not hold any more is better than none (RFC 8767): a name server may be out for a
    /// night.
    static final Duration STALE_MAX = Duration.ofDays(1);

    private final LongSupplier nanoClock;
    private final DnsMeters meters;
    private final Map<Question, Kept> answers = new LinkedHashMap<>(16, 0.75f, true);

    AnswerCache(LongSupplier nanoClock, DnsMeters meters) {
        this.nanoClock = nanoClock;
        this.meters = meters;
    }

    /// @param untilNanos until when nobody is asked
    /// @param lastNanos until when it is better than silence
    private record Kept(Answer answer, long untilNanos, long lastNanos) {}

    /// What was answered; null where it was not, or does not hold any more.
    synchronized @Nullable Answer get(Question question) {
        Kept kept = answers.get(question);
        return kept == null || nanoClock.getAsLong() - kept.untilNanos >= 0 ? null : kept.answer;
    }

    /// What was said last, though it does not hold any more; else silence.
    synchronized Answer last(Question question) {
        Kept kept = answers.get(question);
        return kept == null || nanoClock.getAsLong() - kept.lastNanos >= 0 ? new Answer.Silence() : kept.answer;
    }

    /// Keeps an answer. Silence does not displace what was said before: that is gone by for a while longer.
    ///
    /// @param ttlSeconds the shortest of its records; of no meaning where it has none
    /// @return what to go by
    synchronized Answer put(Question question, Answer answer, long ttlSeconds) {
        long now = nanoClock.getAsLong();
        Kept kept = answers.get(question);
        if (answer instanceof Answer.Silence && kept != null && now - kept.lastNanos < 0) {
            keep(question, new Kept(kept.answer, now + SILENT.toNanos(), kept.lastNanos));
            return kept.answer;
        }
        Duration holds = switch (answer) {
            case Answer.Silence() -> SILENT;
            case Answer.Said said when said.entries().isEmpty() -> ABSENT;
            case Answer.Said _ -> Duration.ofSeconds(Math.clamp(ttlSeconds, TTL_MIN.toSeconds(), TTL_MAX.toSeconds()));
        };
        long until = now + holds.toNanos();
        keep(question, new Kept(answer, until, answer instanceof Answer.Silence ? now : until + STALE_MAX.toNanos()));
        return answer;
    }

    private void keep(Question question, Kept kept) {
        answers.put(question, kept);
        if (answers.size() > ANSWERS_MAX) {
            answers.remove(answers.keySet().iterator().next());
            meters.forgotten();
        }
    }
}
