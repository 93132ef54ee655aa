package org.koegura.sipproxy.transport;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Keeps everything that concerns one Call-ID in order, without keeping different calls waiting for each other.
///
/// Each lane is a bounded queue that one virtual thread drains; the thread lives only while its lane holds work. Two
/// pool threads would let a 200 overtake its 180. A lane that has more and more to do rests now and then, since few
/// carriers carry them all. Safe from any thread; [#offer] never blocks.
public final class Lanes implements AutoCloseable {

    /// Tasks waiting in one lane: a peer that floods one call fills only its own.
    public static final int LANE_TASKS_MAX = 128;

    /// Tasks waiting in all lanes together.
    public static final int TASKS_MAX = 32_768;

    /// As many more, for calls for help.
    public static final int TASKS_RESERVED = 1_024;

    /// Octets of the messages of all that waits: twice what so many usual ones have.
    static final long OCTETS_MAX = 64L * 1024 * 1024;

    /// As many more, for calls for help.
    static final long OCTETS_RESERVED = 4L * 1024 * 1024;

    /// After as many tasks a lane's thread rests for a moment. It parks, and does not merely yield: one that yields
    /// stays in its carrier's own queue, and threads that event loops started come after all of that.
    private static final int TASKS_IN_A_ROW_MAX = 8;

    private final Map<String, ArrayDeque<Task>> lanes = new HashMap<>();
    private final ThreadFactory threads =
            Thread.ofVirtual().name("sip-lane-", 0).factory();
    private final Reserve reserve;
    private final Faults faults;
    private int waiting;
    private long octetsWaiting;
    private boolean closed;

    /// @param octets of the message that it works on; 0 where there is none
    private record Task(Runnable work, int octets) {}

    /// @param reserve calls for help
    public Lanes(Reserve reserve, Faults faults) {
        this.reserve = reserve;
        this.faults = faults;
    }

    /// Queues a task that a message from outside caused.
    ///
    /// @param octets of that message
    /// @return false where the lane or the whole is full; the task will not run
    public boolean offer(String callId, int octets, Runnable task) {
        return add(callId, new Task(task, octets), true);
    }

    /// Queues a task that this proxy itself caused (a timer, a failed send). Never refused for want of room: there are
    /// at most a few per transaction, and transactions are bounded.
    public void post(String callId, Runnable task) {
        add(callId, new Task(task, 0), false);
    }

    private boolean add(String callId, Task task, boolean bounded) {
        synchronized (lanes) {
            ArrayDeque<Task> lane = lanes.get(callId);
            boolean full =
                    bounded && (isFull(callId, task.octets()) || (lane != null && lane.size() >= LANE_TASKS_MAX));
            if (closed || full) {
                return false;
            }
            waiting++;
            octetsWaiting += task.octets();
            if (lane != null) {
                lane.add(task);
                return true;
            }
            ArrayDeque<Task> fresh = new ArrayDeque<>();
            fresh.add(task);
            lanes.put(callId, fresh);
        }
        threads.newThread(() -> drain(callId)).start();
        return true;
    }

    private boolean isFull(String callId, int octets) {
        long octetsThen = octetsWaiting + octets;
        boolean full = waiting >= TASKS_MAX || octetsThen > OCTETS_MAX;
        boolean usedUp = waiting >= TASKS_MAX + TASKS_RESERVED || octetsThen > OCTETS_MAX + OCTETS_RESERVED;
        return full && (usedUp || !reserve.isFor(callId));
    }

    private void drain(String callId) {
        Runnable task = next(callId);
        for (int done = 1; task != null; done++) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // an error, too: a lane whose thread is gone would take tasks for ever and run none
                tell(e);
            }
            if (done % TASKS_IN_A_ROW_MAX == 0) {
                LockSupport.parkNanos(1);
            }
            task = next(callId);
        }
    }

    private void tell(Throwable fault) {
        try {
            faults.caught(Faults.Where.LANE, fault);
        } catch (RuntimeException | Error again) {
            // no memory to tell with; the next task may have some
        }
    }

    private @Nullable Runnable next(String callId) {
        synchronized (lanes) {
            ArrayDeque<Task> lane = lanes.get(callId);
            Task task = lane == null ? null : lane.poll();
            if (task == null) {
                lanes.remove(callId);
                return null;
            }
            waiting--;
            octetsWaiting -= task.octets();
            return task.work();
        }
    }

    /// How many tasks wait.
    public int waiting() {
        synchronized (lanes) {
            return waiting;
        }
    }

    /// Takes no more tasks; those that wait still run.
    @Override
    public void close() {
        synchronized (lanes) {
            closed = true;
        }
    }
}
