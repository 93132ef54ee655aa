package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Lanes lanes = new Lanes(reserve, new Faults(metrics));
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
        assertThat(lanes.offer(callId, 1, () -> {
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
            assertThat(lanes.offer("a", 1, () -> {
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
        assertThat(lanes.offer("b", 1, other::countDown)).isTrue();
        await().until(() -> other.getCount() == 0);
    }

    @Test
    void callsThatNeverRestKeepNoOtherWaiting() {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            lanes.post("busy" + i, new Endless("busy" + i));
        }
        CountDownLatch other = new CountDownLatch(1);
        assertThat(lanes.offer("quiet", 1, other::countDown)).isTrue();
        await().until(() -> other.getCount() == 0);
    }

    /// Has its lane run it again, until the gate opens.
    private final class Endless implements Runnable {

        private final String callId;

        Endless(String callId) {
            this.callId = callId;
        }

        @Override
        public void run() {
            if (gate.getCount() > 0) {
                lanes.post(callId, this);
            }
        }
    }

    @Test
    void whereAllLanesAreFullACallForHelpHasRoomAndNobodyElse() {
        reserve.keepFor("help");
        block("help");
        for (int lane = 0; lanes.waiting() < Lanes.TASKS_MAX; lane++) {
            block("lane" + lane);
            for (int i = 0; i < Lanes.LANE_TASKS_MAX && lanes.waiting() < Lanes.TASKS_MAX; i++) {
                assertThat(lanes.offer("lane" + lane, 1, () -> {})).isTrue();
            }
        }
        assertThat(lanes.offer("other", 1, () -> {})).isFalse();
        for (int i = 0; i < Lanes.LANE_TASKS_MAX; i++) {
            assertThat(lanes.offer("help", 1, () -> {})).isTrue();
        }
        assertThat(lanes.offer("help", 1, () -> {}))
                .as("its own lane has a bound too")
                .isFalse();
        gate.countDown();
        await().until(() -> lanes.waiting() == 0);
    }

    @Test
    void theOctetsOfWhatWaitsHaveABoundTooAndACallForHelpHasRoomBeyondIt() {
        reserve.keepFor("help");
        block("help");
        block("large");
        assertThat(lanes.offer("large", (int) Lanes.OCTETS_MAX, () -> {})).isTrue();
        assertThat(lanes.offer("other", 1, () -> {})).isFalse();
        assertThat(lanes.offer("help", (int) Lanes.OCTETS_RESERVED, () -> {})).isTrue();
        assertThat(lanes.offer("help", 1, () -> {})).isFalse();
        gate.countDown();
        await().until(() -> lanes.waiting() == 0);
        assertThat(lanes.offer("other", 1, () -> {})).isTrue();
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
            assertThat(lanes.offer("a", 1, () -> {})).isTrue();
        }
        assertThat(lanes.offer("a", 1, () -> {})).isFalse();
        assertThat(lanes.offer("b", 1, () -> {})).isTrue();
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
                assertThat(lanes.offer("call-" + i, 1, () -> {})).isTrue();
            }
        }
        assertThat(lanes.waiting()).isEqualTo(Lanes.TASKS_MAX);
        assertThat(lanes.offer("another", 1, () -> {})).isFalse();
        gate.countDown();
        await().until(() -> lanes.waiting() == 0);
        assertThat(lanes.offer("another", 1, () -> {})).isTrue();
    }

    @Test
    void aTaskThatFailsDoesNotStopItsLaneAndIsCounted() {
        CountDownLatch next = new CountDownLatch(2);
        lanes.offer("a", 1, () -> {
            throw new IllegalStateException("expected by the test");
        });
        lanes.offer("a", 1, () -> {
            throw new AssertionError("expected by the test");
        });
        lanes.offer("a", 1, next::countDown);
        lanes.offer("a", 1, next::countDown);
        await().until(() -> next.getCount() == 0);
        assertThat(metrics.get("koegura.faults").tag("where", "lane").counter().count())
                .isEqualTo(2);
    }

    @Test
    void afterItsEndNothingIsTakenButWhatWaitsStillRuns() {
        block("a");
        CountDownLatch waiting = new CountDownLatch(1);
        assertThat(lanes.offer("a", 1, waiting::countDown)).isTrue();
        lanes.close();
        assertThat(lanes.offer("a", 1, () -> {})).isFalse();
        gate.countDown();
        await().until(() -> waiting.getCount() == 0);
    }
}
