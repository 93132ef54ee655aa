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

    private final LongSupplier nanoClock;
    private final DnsMeters meters;
    private final Map<Question, Kept> answers = new LinkedHashMap<>(16, 0.75f, true);

    AnswerCache(LongSupplier nanoClock, DnsMeters meters) {
        this.nanoClock = nanoClock;
        this.meters = meters;
    }

    private record Kept(Answer answer, long untilNanos) {}

    /// What was answered; null where it was not, or does not hold any more.
    synchronized @Nullable Answer get(Question question) {
        Kept kept = answers.get(question);
        if (kept == null) {
            return null;
        }
        if (nanoClock.getAsLong() - kept.untilNanos >= 0) {
            answers.remove(question);
            return null;
        }
        return kept.answer;
    }

    /// @param ttlSeconds the shortest of its records; of no meaning where it has none
    synchronized void put(Question question, Answer answer, long ttlSeconds) {
        Duration holds = switch (answer) {
            case Answer.Silence() -> SILENT;
            case Answer.Said said when said.entries().isEmpty() -> ABSENT;
            case Answer.Said _ -> Duration.ofSeconds(Math.clamp(ttlSeconds, TTL_MIN.toSeconds(), TTL_MAX.toSeconds()));
        };
        answers.put(question, new Kept(answer, nanoClock.getAsLong() + holds.toNanos()));
        if (answers.size() > ANSWERS_MAX) {
            answers.remove(answers.keySet().iterator().next());
            meters.forgotten();
        }
    }
}
