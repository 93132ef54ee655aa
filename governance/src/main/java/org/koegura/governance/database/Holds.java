package org.koegura.governance.database;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.HoldRegister;

/// What is preserved (Art. 7.1): the table `holds`, of what the manager preserves (H1), and undecided
/// requests (H2). Every method blocks; safe for any number of threads.
public final class Holds implements HoldRegister {

    /// Longer than an erasure takes to write what cannot be taken back.
    private static final long ENTRY_WAIT_SECONDS = 5;

    private final Database database;

    /// Held by whoever begins an erasure, and by whoever enters what would forbid it.
    private final ReentrantLock deciding = new ReentrantLock(true);

    public Holds(Database database) {
        this.database = database;
    }

    @Override
    public boolean isHeld(RecordingId recording, CallId call) throws HoldFault {
        try {
            return database.jdbi()
                    .withHandle(handle -> handle.createQuery(PreservationRegister.WITH_PARTS + """
                    select exists (select 1 from holds where recording_id = :recording and released_at is null)
                        or exists (select 1 from preservation
                                    where decided_at is null and call_id in (select id from part))""")
                            .bind("recording", recording.value())
                            .bind("call", call.value())
                            .mapTo(Boolean.class)
                            .one());
        } catch (JdbiException failed) {
            throw new HoldFault("the register of holds cannot be read: " + Database.reason(failed), failed);
        }
    }

    @Override
    public @Nullable Unheld unheld(RecordingId recording, CallId call) throws HoldFault {
        deciding.lock();
        boolean held = true;
        try {
            held = isHeld(recording, call);
        } finally {
            if (held) { // or unknown
                deciding.unlock();
            }
        }
        return held ? null : deciding::unlock;
    }

    /// Enters something into the register while no erasure begins.
    ///
    /// @return whether it was entered: else an erasure takes too long to begin
    public boolean enter(Runnable entry) throws InterruptedException {
        if (!deciding.tryLock(ENTRY_WAIT_SECONDS, TimeUnit.SECONDS)) {
            return false;
        }
        try {
            entry.run();
            return true;
        } finally {
            deciding.unlock();
        }
    }
}
