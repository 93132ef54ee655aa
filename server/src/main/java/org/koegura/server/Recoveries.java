package org.koegura.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CallOutcome.Result;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.storageclient.LocalStore.Recovered;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Gives each call that a killed process left without an outcome the one that its recording states (R5), and journals
/// that the recording was closed by this start.
///
/// The call's facts come from inside the encryption, what became of it from the manifest. The ledger gets no basis: the
/// manifest states it.
final class Recoveries {

    private final Journal journal;
    private final CallLedger ledger;
    private final Clock clock;
    private final JsonMapper json = new JsonMapper();

    Recoveries(Journal journal, CallLedger ledger, Clock clock) {
        this.journal = journal;
        this.ledger = ledger;
        this.clock = clock;
    }

    /// Tells both books of all of them. Blocks.
    ///
    /// @throws IOException a manifest that was written a moment ago cannot be read; the message says which
    void tell(List<Recovered> recovered) throws JournalFault, IOException {
        for (Recovered recording : recovered) {
            JsonNode manifest = manifest(recording);
            CallOutcome outcome = outcome(recording, manifest);
            journal.append(new JournalEntry(
                    clock.instant(),
                    "system",
                    "recording.recovered",
                    recording.seal().recording().value(),
                    Map.of(
                            "call",
                            recording.facts().call().value(),
                            "outcome",
                            outcome.result().name().toLowerCase(Locale.ROOT),
                            "root",
                            recording.seal().root())));
            ledger.ended(outcome);
        }
    }

    private JsonNode manifest(Recovered recording) throws IOException {
        Path file = Path.of(recording.seal().location()).resolve("manifest.json");
        try {
            return json.readTree(Files.readAllBytes(file));
        } catch (IOException | JacksonException e) {
            throw unreadable(file, e);
        }
    }

    private static CallOutcome outcome(Recovered recording, JsonNode manifest) throws IOException {
        try {
            Instant answeredAt = instant(manifest.required("answeredAt"));
            return new CallOutcome(
                    recording.facts(),
                    answeredAt,
                    instant(manifest.required("capture").required("endedAt")),
                    word(EndReason.class, manifest.required("end")),
                    word(Result.class, manifest.required("outcome")),
                    null,
                    null,
                    recording.seal(),
                    accounts(manifest.required("streams")));
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw unreadable(Path.of(recording.seal().location()), e);
        }
    }

    private static List<StreamAccount> accounts(JsonNode streams) {
        List<StreamAccount> accounts = new ArrayList<>();
        for (JsonNode stream : streams) {
            Map<Withheld, Long> withheld = new EnumMap<>(Withheld.class);
            stream.required("withheld")
                    .properties()
                    .forEach(reason -> withheld.put(
                            constant(Withheld.class, reason.getKey()),
                            reason.getValue().longValue()));
            accounts.add(new StreamAccount(
                    word(Leg.class, stream.required("leg")),
                    stream.required("received").longValue(),
                    stream.required("recorded").longValue(),
                    stream.required("lost").longValue(),
                    withheld));
        }
        return accounts;
    }

    private static Instant instant(JsonNode text) {
        return Instant.parse(text.stringValue());
    }

    /// The format spells constants in lower case with hyphens.
    private static <E extends Enum<E>> E word(Class<E> type, JsonNode word) {
        return constant(type, word.stringValue());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static IOException unreadable(Path where, Exception cause) {
        return new IOException("recovered recording " + where + " cannot be read: check the disk", cause);
    }
}
