package org.koegura.sipproxy.exemption;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.JournalEntry;

/// What the journal is told before something of a call is kept that no prompt announced. Pure.
public final class InForce {

    private InForce() {}

    /// Staff told the other party (N5).
    public static JournalEntry entry(CaptureBasis.Attested basis, CallId call, Instant now) {
        return new JournalEntry(
                now,
                basis.attestation().author(),
                "notice.attested",
                call.value(),
                Map.of("channel", word(basis.attestation().channel()), "stage", word(basis.stage())));
    }

    /// It is exempt (N6).
    public static JournalEntry entry(CaptureBasis.Exempted basis, CallId call, Instant now) {
        return new JournalEntry(
                now,
                basis.exemption().author(),
                "exemption.in-force",
                call.value(),
                Map.of(
                        "ground", String.valueOf(basis.exemption().ground().number()),
                        "channel", word(basis.exemption().channel()),
                        "stage", word(basis.stage())));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
