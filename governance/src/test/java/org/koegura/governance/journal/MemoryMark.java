package org.koegura.governance.journal;

import java.io.IOException;

/// A projection in memory that fails when told.
final class MemoryMark implements Projection {

    private Mark mark = Mark.START;
    private boolean failing;

    @Override
    public synchronized Mark load() {
        return mark;
    }

    @Override
    public synchronized void save(Mark newer) throws IOException {
        if (failing) {
            throw new IOException("told to fail");
        }
        mark = newer;
    }

    synchronized void fail(boolean now) {
        failing = now;
    }
}
