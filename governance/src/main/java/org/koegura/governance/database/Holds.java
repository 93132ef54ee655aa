package org.koegura.governance.database;

import org.jdbi.v3.core.JdbiException;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.HoldRegister;

/// The table `holds`: what the manager preserves (Art. 7.1). Every method blocks; safe for any number of
/// threads.
public final class Holds implements HoldRegister {

    private final Database database;

    public Holds(Database database) {
        this.database = database;
    }

    @Override
    public boolean isHeld(RecordingId recording) throws HoldFault {
        try {
            return database.jdbi()
                    .withHandle(handle -> handle.createQuery("""
                    select exists (select 1 from holds where recording_id = :recording and released_at is null)""")
                            .bind("recording", recording.value())
                            .mapTo(Boolean.class)
                            .one());
        } catch (JdbiException failed) {
            throw new HoldFault("the register of holds cannot be read: " + Database.reason(failed), failed);
        }
    }
}
