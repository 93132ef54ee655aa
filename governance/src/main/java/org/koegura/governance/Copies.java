package org.koegura.governance;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.callmodel.port.RecordingStore.Copy;
import org.koegura.callmodel.port.RecordingStore.Export;
import org.koegura.callmodel.port.RecordingStore.Form;
import org.koegura.governance.account.Session;

/// Copies that are taken away (C1). The [Door] has looked at the roles already. Safe for any number of
/// threads; blocks.
final class Copies {

    private final RecordingStore store;
    private final DoorBook book;
    private final Tickets<ExportedCopy> tickets;

    Copies(RecordingStore store, DoorBook book, Tickets<ExportedCopy> tickets) {
        this.store = store;
        this.book = book;
        this.tickets = tickets;
    }

    /// See [Door#export].
    Answer<CopyTicket> export(Session session, RecordingId recording, Form form, Purpose purpose)
            throws JournalFault, StoreFault {
        if (store.find(recording).isEmpty()) {
            return new Answer.Refused<>(gone(store, recording));
        }
        Map<String, String> asked =
                Map.of("purpose", purpose.word(), "form", form.name().toLowerCase(Locale.ROOT));
        if (!store.isExportable(recording)) {
            return noWarrant(session, recording, asked);
        }
        book.done(session, Act.EXPORT, recording.value(), asked);
        try {
            return switch (store.export(recording, form)) {
                case Export.Ready(Copy copy) -> new Answer.Granted<>(ticket(session, recording, form, copy));
                case Export.NoWarrant() -> noWarrant(session, recording, asked);
            };
        } catch (StoreFault fault) {
            book.exportFailed(session, recording, fault);
            throw fault;
        }
    }

    /// Why there is nothing of a recording.
    static Refusal gone(RecordingStore store, RecordingId recording) throws StoreFault {
        return store.erasure(recording).map(Refusal::of).orElseGet(Refusal.NotFound::new);
    }

    private Answer<CopyTicket> noWarrant(Session session, RecordingId recording, Map<String, String> asked) {
        book.noWarrant(session, recording, asked);
        return new Answer.Refused<>(new Refusal.NoWarrant());
    }

    private CopyTicket ticket(Session session, RecordingId recording, Form form, Copy copy) {
        ExportedCopy exported =
                new ExportedCopy(recording, form, copy, fault -> book.exportFailed(session, recording, fault));
        Tickets.Issued issued = tickets.issue(session, exported);
        return new CopyTicket(issued.id(), copy.lengthBytes(), issued.expiresAt());
    }

    /// The copy of a ticket, once.
    Optional<ExportedCopy> take(Session session, String ticket) {
        return tickets.take(session, ticket);
    }

    void endAll(Session session) {
        tickets.endAll(session);
    }
}
