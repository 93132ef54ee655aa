package org.koegura.sipproxy.call;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.port.Journal;

/// A journal in memory that can be made to fail.
public final class FakeJournal implements Journal {

    private final List<JournalEntry> entries = new CopyOnWriteArrayList<>();
    private volatile boolean failing;

    @Override
    public void append(JournalEntry entry) throws JournalFault {
        if (failing) {
            throw new JournalFault("the medium is full", new IOException("no space left"));
        }
        entries.add(entry);
    }

    /// From now on nothing is taken.
    public void fail() {
        failing = true;
    }

    /// What was taken, in order.
    public List<JournalEntry> entries() {
        return List.copyOf(entries);
    }

    /// The acts of what was taken, in order.
    public List<String> acts() {
        return entries.stream().map(JournalEntry::act).toList();
    }
}
