package org.koegura.sipproxy.journal;

import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.port.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal as one call writes into it. Owned by the call's thread.
public final class CallJournal {

    private static final Logger LOG = LoggerFactory.getLogger(CallJournal.class);

    private final Journal journal;
    private final Clock clock;
    private final CallId call;
    private final Runnable failed;

    /// @param failed told of each entry that the journal did not take
    public CallJournal(Journal journal, Clock clock, CallId call, Runnable failed) {
        this.journal = journal;
        this.clock = clock;
        this.call = call;
        this.failed = failed;
    }

    /// Whether it is on stable storage that the attestation is in force. Where it is not, it is not.
    public boolean inForce(CaptureBasis.Attested basis) {
        return append(
                basis.attestation().author(),
                "notice.attested",
                Map.of(
                        "channel", word(basis.attestation().channel()),
                        "stage", word(basis.stage())));
    }

    /// The same of an exemption.
    public boolean inForce(CaptureBasis.Exempted basis) {
        Map<String, String> details = Map.of(
                "ground", String.valueOf(basis.exemption().ground().number()),
                "channel", word(basis.exemption().channel()),
                "stage", word(basis.stage()));
        return append(basis.exemption().author(), "exemption.in-force", details);
    }

    /// What nobody did. A journal that does not take it is counted, and the call goes on.
    public void note(String act, Map<String, String> details) {
        boolean _ = append("system", act, new TreeMap<>(details));
    }

    /// Whether the journal has it. A runtime fault of the journal counts as not.
    public boolean append(String actor, String act, Map<String, String> details) {
        try {
            journal.append(new JournalEntry(clock.instant(), actor, act, call.value(), details));
            return true;
        } catch (Journal.JournalFault | RuntimeException fault) {
            failed.run();
            LOG.error("call.journal.failed call={} act={}", call, act, fault);
            return false;
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
