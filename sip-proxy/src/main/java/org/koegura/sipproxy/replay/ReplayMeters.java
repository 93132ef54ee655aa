package org.koegura.sipproxy.replay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.callmodel.replay.ReplayEnd;

/// Counts replays, by language and by how they ended or why there was none. Safe from any thread.
public final class ReplayMeters {

    private static final String REFUSED = "refused_";
    private static final String OTHER = "other";

    private final MeterRegistry metrics;
    private final List<String> languages;

    /// @param languages that have a label of their own; any other counts as `other`
    public ReplayMeters(MeterRegistry metrics, List<String> languages) {
        this.metrics = metrics;
        this.languages = List.copyOf(languages);
        List<String> outcomes = Stream.concat(
                        Stream.of(ReplayEnd.values()).map(ReplayMeters::word),
                        Stream.of(ReplayAnswer.values())
                                .filter(answer -> answer != ReplayAnswer.PLAYS)
                                .map(answer -> REFUSED + word(answer)))
                .toList();
        this.languages.forEach(language -> outcomes.forEach(outcome -> counter(language, outcome)));
    }

    void over(String language, ReplayEnd end) {
        counter(language, word(end)).increment();
    }

    void refused(String language, ReplayAnswer why) {
        counter(language, REFUSED + word(why)).increment();
    }

    private Counter counter(String language, String outcome) {
        return Counter.builder("koegura.notice.replays")
                .description("Notices that were played once more in mid-call, by how they ended, or why they were not.")
                .tags("language", languages.contains(language) ? language : OTHER, "outcome", outcome)
                .register(metrics);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
