package org.koegura.callmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.Journal;

/// What every [Journal] keeps; an implementation's test extends it.
public abstract class JournalContract {

    private static final Instant WHEN = Instant.parse("2026-11-24T01:02:03.000000004Z");
    private static final String CALL = "77ab00000000000000000000000000ff";

    /// The journal under test, open.
    protected abstract Journal journal() throws Exception;

    /// Everything that was appended by these tests and survives a restart, oldest first. May close the journal.
    protected abstract List<JournalEntry> kept() throws Exception;

    @Test
    void anEntryReturnsAsItWasGiven() throws Exception {
        JournalEntry entry = new JournalEntry(
                WHEN,
                "操作者",
                "test.act",
                CALL,
                Map.of("text", "line\n\"quoted\" \\ \u0001 窓口 \uD83D\uDCDE", "hash", "x"));

        journal().append(entry);

        assertThat(kept()).containsExactly(entry);
    }

    @Test
    void entriesStandInTheOrderOfTheirAppends() throws Exception {
        List<JournalEntry> given = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            given.add(numbered("operator", number));
        }

        for (JournalEntry entry : given) {
            journal().append(entry);
        }

        assertThat(kept()).containsExactlyElementsOf(given);
    }

    @Test
    void manyThreadsLoseNothingAndEachKeepsItsOrder() throws Exception {
        int threads = 8;
        int each = 25;
        Journal journal = journal();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            String actor = "writer-" + thread;
            writers.add(() -> {
                for (int number = 0; number < each; number++) {
                    journal.append(numbered(actor, number));
                }
                return null;
            });
        }

        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> done : pool.invokeAll(writers)) {
                done.get();
            }
        }

        List<JournalEntry> kept = kept();
        assertThat(kept).hasSize(threads * each);
        for (int thread = 0; thread < threads; thread++) {
            String actor = "writer-" + thread;
            List<JournalEntry> given = new ArrayList<>();
            for (int number = 0; number < each; number++) {
                given.add(numbered(actor, number));
            }
            assertThat(kept.stream().filter(entry -> entry.actor().equals(actor)))
                    .containsExactlyElementsOf(given);
        }
    }

    @Test
    void anInterruptedCallerHarmsNobodyElse() throws Exception {
        Journal journal = journal();
        Thread interrupted = Thread.ofPlatform().unstarted(() -> {
            Thread.currentThread().interrupt();
            try {
                journal.append(numbered("interrupted", 0));
            } catch (Journal.JournalFault fault) {
                // Allowed: an interrupted caller may be told that its entry is not kept.
            }
        });
        interrupted.start();
        interrupted.join();

        journal.append(numbered("operator", 1));

        assertThat(kept()).contains(numbered("operator", 1));
    }

    private static JournalEntry numbered(String actor, int number) {
        return new JournalEntry(WHEN.plusNanos(number), actor, "test.act", CALL, Map.of("number", "" + number));
    }
}
