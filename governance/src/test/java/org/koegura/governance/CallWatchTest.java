package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.koegura.governance.CallWatch.News;
import org.koegura.governance.account.Session;

/// Watching the live list: who may, how many, until when (U1, A7).
class CallWatchTest extends AtTheDoor {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void manyChangesBeforeALookAreOnePieceOfNews() throws Exception {
        try (CallWatch watch = granted(door.watchCalls(operator()))) {
            calls.change();
            calls.change();
            calls.change();

            assertThat(watch.await(LONG)).isEqualTo(News.CHANGED);
            assertThat(watch.await(Duration.ZERO)).isEqualTo(News.QUIET);
        }
    }

    @Test
    void aChangeReachesEverybodyWhoWaits() {
        CallWatch operators = granted(door.watchCalls(operator()));
        CallWatch administrators = granted(door.watchCalls(administrator()));
        var one = waiting(operators);
        var other = waiting(administrators);

        calls.change();

        await().untilAsserted(() -> {
            assertThat(one).isCompletedWithValue(News.CHANGED);
            assertThat(other).isCompletedWithValue(News.CHANGED);
        });
    }

    @Test
    void signingOutEndsTheWatchesOfThatSessionAndOfNoOther() throws Exception {
        Session leaving = operator();
        CallWatch ended = granted(door.watchCalls(leaving));
        CallWatch staying = granted(door.watchCalls(operator()));
        var news = waiting(ended);

        granted(door.signOut(leaving));

        await().untilAsserted(() -> assertThat(news).isCompletedWithValue(News.ENDED));
        assertThat(staying.await(Duration.ZERO)).isEqualTo(News.QUIET);
        assertThat(watches()).isEqualTo(1);
    }

    @Test
    void aSessionHasFourWatchesAndAClosedOneMakesRoom() {
        Session session = operator();
        List<CallWatch> open = new ArrayList<>();
        for (int i = 0; i < CallWatches.OF_A_SESSION_MAX; i++) {
            open.add(granted(door.watchCalls(session)));
        }

        assertThat(refusal(door.watchCalls(session))).isEqualTo(new Refusal.TooManyWatches());
        assertThat(registry.get("koegura.call.watches.refused").counter().count())
                .isEqualTo(1);
        open.getFirst().close();
        assertThat(door.watchCalls(session)).isInstanceOf(Answer.Granted.class);
    }

    @Test
    void allSessionsTogetherHaveABoundToo() {
        for (int i = 0; i < CallWatches.WATCHES_MAX / CallWatches.OF_A_SESSION_MAX; i++) {
            Session session = operator();
            for (int j = 0; j < CallWatches.OF_A_SESSION_MAX; j++) {
                granted(door.watchCalls(session));
            }
        }

        assertThat(refusal(door.watchCalls(operator()))).isEqualTo(new Refusal.TooManyWatches());
        assertThat(watches()).isEqualTo(CallWatches.WATCHES_MAX);
    }

    @Test
    void whoseAppointmentEndedMayNotWatch() throws Exception {
        sql("update appointment set last_day = '2026-11-23'");

        assertThat(refusal(door.watchCalls(operator()))).isEqualTo(new Refusal.Forbidden(Act.WATCH_CALLS));
        assertThat(watches()).isZero();
    }

    private double watches() {
        return registry.get("koegura.call.watches").gauge().value();
    }

    private static CompletableFuture<News> waiting(CallWatch watch) {
        CompletableFuture<News> news = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                news.complete(watch.await(LONG));
            } catch (InterruptedException interrupted) {
                news.completeExceptionally(interrupted);
            }
        });
        return news;
    }
}
