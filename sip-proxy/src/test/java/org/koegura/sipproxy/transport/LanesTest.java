package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LanesTest {

    private final AtomicInteger forgotten = new AtomicInteger();
    private final Reserve reserve = new Reserve(forgotten::incrementAndGet);
    private final Lanes lanes = new Lanes(reserve);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() {
        gate.countDown();
        lanes.close();
    }

    private void hold() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Keeps a lane busy until the gate opens.
    private void block(String callId) {
        CountDownLatch running = new CountDownLatch(1);
        assertThat(lanes.offer(callId, () -> {
                    running.countDown();
                    hold();
                }))
                .isTrue();
        try {
            assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tasksOfOneCallRunInOrderOneAtATime() {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            int number = i;
            assertThat(lanes.offer("a", () -> {
                        assertThat(inside.incrementAndGet()).isEqualTo(1);
                        seen.add(number);
                        inside.decrementAndGet();
                    }))
                    .isTrue();
        }
        await().until(() -> seen.size() == 100);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void aCallThatWaitsKeepsNoOtherWaiting() {
        block("a");
        CountDownLatch other = new CountDownLatch(1);
        assertThat(lanes.offer("b", other::countDown)).isTrue();
        await().until(() -> other.getCount() == 0);
    }

    @Test
    void whereAllLanesAreFullACallForHelpHasRoomAndNobodyElse() {
        reserve.keepFor("help");
        block("help");
        for (int lane = 0; lanes.waiting() < Lanes.TASKS_MAX; lane++) {
            block("lane" + lane);
            for (int i = 0; i < Lanes.LANE_TASKS_MAX && lanes.waiting() < Lanes.TASKS_MAX; i++) {
                assertThat(lanes.offer("lane" + lane, () -> {})).isTrue();
            }
        }
        assertThat(lanes.offer("other", () -> {})).isFalse();
        for (int i = 0; i < Lanes.LANE_TASKS_MAX; i++) {
            assertThat(lanes.offer("help", () -> {})).isTrue();
        }
        assertThat(lanes.offer("help", () -> {}))
                .as("its own lane has a bound too")
                .isFalse();
        gate.countDown();
        await().until(() -> lanes.waiting() == 0);
    }

    @Test
    void whatIsKeptForCallsForHelpIsKeptForTheYoungestAndTheOthersAreCounted() {
        for (int i = 0; i <= Reserve.CALLS_MAX; i++) {
            reserve.keepFor("call" + i);
        }
        assertThat(reserve.isFor("call0")).isFalse();
        assertThat(reserve.isFor("call1")).isTrue();
        assertThat(forgotten).hasValue(1);
    }

    @Test
    void aFullLaneRefusesMoreButTakesWhatWeOurselvesCaused() {
        block("a");
        for (int i = 0; i < Lanes.LANE_TASKS_MAX; i++) {
            assertThat(lanes.offer("a", () -> {})).isTrue();
        }
        assertThat(lanes.offer("a", () -> {})).isFalse();
        assertThat(lanes.offer("b", () -> {})).isTrue();
        CountDownLatch ours = new CountDownLatch(1);
        lanes.post("a", ours::countDown);
        gate.countDown();
        await().until(() -> ours.getCount() == 0);
    }

    @Test
    void allLanesTogetherHoldNoMoreThanTheBoundOfTheWhole() {
        int lanesNeeded = Lanes.TASKS_MAX / Lanes.LANE_TASKS_MAX;
        for (int i = 0; i < lanesNeeded; i++) {
            block("call-" + i);
            for (int task = 0; task < Lanes.LANE_TASKS_MAX; task++) {
                assertThat(lanes.offer("call-" + i, () -> {})).isTrue();
            }
        }
        assertThat(lanes.waiting()).isEqualTo(Lanes.TASKS_MAX);
        assertThat(lanes.offer("another", () -> {})).isFalse();
        gate.countDown();
        await().until(() -> lanes.waiting() == 0);
        assertThat(lanes.offer("another", () -> {})).isTrue();
    }

    @Test
    void aTaskThatFailsDoesNotStopItsLane() {
        CountDownLatch next = new CountDownLatch(2);
        lanes.offer("a", () -> {
            throw new IllegalStateException("expected by the test");
        });
        lanes.offer("a", () -> {
            throw new AssertionError("expected by the test");
        });
        lanes.offer("a", next::countDown);
        lanes.offer("a", next::countDown);
        await().until(() -> next.getCount() == 0);
    }

    @Test
    void afterItsEndNothingIsTakenButWhatWaitsStillRuns() {
        block("a");
        CountDownLatch waiting = new CountDownLatch(1);
        assertThat(lanes.offer("a", waiting::countDown)).isTrue();
        lanes.close();
        assertThat(lanes.offer("a", () -> {})).isFalse();
        gate.countDown();
        await().until(() -> waiting.getCount() == 0);
    }
}
