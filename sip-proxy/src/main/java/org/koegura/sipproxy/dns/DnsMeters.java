package org.koegura.sipproxy.dns;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/// Counts what was asked of the name servers. Safe from any thread.
final class DnsMeters {

    /// How a question ended.
    enum Outcome {
        /// There were records.
        FOUND,
        /// There were none.
        ABSENT,
        /// Nothing of use came in time.
        SILENT,
        /// Too many questions waited: it was not asked.
        REFUSED
    }

    private final MeterRegistry metrics;

    DnsMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        for (Outcome outcome : Outcome.values()) {
            queries(outcome);
        }
        answersForgotten();
        recordsLeft();
    }

    void asked(Outcome outcome) {
        queries(outcome).increment();
    }

    /// An answer that still held was forgotten for want of room.
    void forgotten() {
        answersForgotten().increment();
    }

    /// An answer had more records than are taken.
    void left(int records) {
        recordsLeft().increment(records);
    }

    private Counter recordsLeft() {
        return Counter.builder("koegura.dns.records.left")
                .description("Records of name servers' answers that were not taken, there being too many in one.")
                .register(metrics);
    }

    private Counter queries(Outcome outcome) {
        return Counter.builder("koegura.dns.queries")
                .description("Questions to name servers, by how they ended; those answered from memory not counted.")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(metrics);
    }

    private Counter answersForgotten() {
        return Counter.builder("koegura.dns.answers.forgotten")
                .description("Answers of name servers that were forgotten before their time, for want of room.")
                .register(metrics);
    }
}
