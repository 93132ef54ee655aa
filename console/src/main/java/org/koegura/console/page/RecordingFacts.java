package org.koegura.console.page;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.StreamAccount;
import org.koegura.governance.database.CallRecord;
import org.koegura.governance.database.CallRecord.Basis;
import org.koegura.governance.database.Preservation;

/// Everything that is known of one recording, in groups of named facts.
///
/// @param head the recording as the list shows it
/// @param call times, parties, end
/// @param basis the proof of notice, the attestation or the exemption (N4, N5, N6)
/// @param preserved who asked to preserve it, one list a request (H2)
/// @param seal what it is known by
/// @param account what the accounting says, and what it cannot say
/// @param streams the accounting, one row a leg (R8)
public record RecordingFacts(
        RecordingRow head,
        List<Fact> call,
        List<Fact> basis,
        List<List<Fact>> preserved,
        List<Fact> seal,
        String account,
        List<Stream> streams) {

    /// A named fact.
    ///
    /// @param code whether it is read by machines rather than by people
    /// @param also the same in the other calendar; empty for what is no time
    public record Fact(String name, String value, boolean code, String also) {

        Fact(String name, String value, boolean code) {
            this(name, value, code, "");
        }
    }

    /// What became of the packets of one leg; what nobody counted is said to be unknown.
    public record Stream(String leg, String received, String recorded, String lost, List<Fact> withheld) {}

    /// The facts of a call in these words.
    public static RecordingFacts of(CallRecord call, Words words, ZoneId zone) {
        return new RecordingFacts(
                RecordingRow.of(call, words, zone),
                callFacts(call, words, zone),
                basisFacts(call.basis(), words, zone),
                call.preserved().stream()
                        .map(request -> preservedFacts(request, words, zone))
                        .toList(),
                List.of(
                        fact(words, "fact.recording", call.seal().recording().value(), true),
                        fact(words, "fact.call", call.call().value(), true),
                        fact(words, "fact.root", call.seal().root(), true),
                        fact(
                                words,
                                "fact.bytes",
                                String.format(Locale.ROOT, "%,d", call.seal().bytes()),
                                false),
                        time(words, "fact.sealed", call.seal().sealedAt(), zone)),
                RecordingRow.isCutOff(call)
                        ? words.text("recording.streams.cut-off")
                        : words.text("recording.streams.lead"),
                call.accounts().stream()
                        .map(account -> stream(account, RecordingRow.isCutOff(call), words))
                        .toList());
    }

    private static List<Fact> callFacts(CallRecord call, Words words, ZoneId zone) {
        List<Fact> facts = new ArrayList<>();
        RecordingRow head = RecordingRow.of(call, words, zone);
        facts.add(fact(words, "fact.direction", head.direction(), false));
        facts.add(fact(words, "fact.inside", head.inside(), false));
        facts.add(fact(words, "fact.outside", head.outside(), false));
        facts.add(time(words, "fact.invited", call.invitedAt(), zone));
        if (call.answeredAt() != null) {
            facts.add(time(words, "fact.answered", call.answeredAt(), zone));
        }
        if (call.objectedAt() != null) {
            facts.add(time(words, "fact.objected", call.objectedAt(), zone));
        }
        facts.add(time(words, "fact.ended", call.endedAt(), zone));
        facts.add(fact(words, "fact.end", words.of("end", call.end()), false));
        return facts;
    }

    private static List<Fact> basisFacts(Basis basis, Words words, ZoneId zone) {
        return switch (basis) {
            case Basis.Announced announced ->
                List.of(
                        fact(words, "fact.prompt", announced.promptId() + " (" + announced.language() + ")", false),
                        time(words, "fact.notice-started", announced.startedAt(), zone),
                        time(words, "fact.notice-ended", announced.endedAt(), zone),
                        fact(words, "fact.notice-packets", "" + announced.packets(), false),
                        fact(words, "fact.notice-attempt", "" + announced.attempt(), false),
                        fact(words, "fact.notice-reports", "" + announced.receiverReports(), false));
            case Basis.Exempted exempted ->
                List.of(
                        fact(words, "fact.ground", words.of("ground", exempted.ground()), false),
                        fact(words, "fact.author", exempted.author(), false),
                        time(words, "fact.flagged", exempted.at(), zone),
                        fact(words, "fact.channel", words.of("channel", exempted.channel()), false),
                        fact(words, "fact.stage", words.of("stage", exempted.stage()), false));
            case Basis.Attested attested ->
                List.of(
                        fact(words, "fact.attested-by", attested.author(), false),
                        time(words, "fact.attested", attested.at(), zone),
                        fact(words, "fact.channel", words.of("channel", attested.channel()), false),
                        fact(words, "fact.stage", words.of("stage", attested.stage()), false));
            case Basis.Unknown() -> List.of();
        };
    }

    private static List<Fact> preservedFacts(Preservation request, Words words, ZoneId zone) {
        String reason = request.reason();
        return List.of(
                time(words, "fact.preserved", request.at(), zone),
                fact(words, "fact.preserved-by", request.author(), false),
                fact(words, "fact.channel", words.of("channel", request.channel()), false),
                fact(words, "fact.reason", reason == null ? words.text("preserve.no-reason") : reason, false));
    }

    private static Stream stream(StreamAccount account, boolean cutOff, Words words) {
        List<Fact> withheld = account.withheld().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(reason -> new Fact(words.of("withheld", reason.getKey()), "" + reason.getValue(), false))
                .toList();
        return new Stream(
                words.of("leg", account.leg()),
                cutOff ? words.text("count.unknown") : "" + account.received(),
                "" + account.recorded(),
                cutOff ? words.text("count.unknown") : "" + account.lost(),
                withheld);
    }

    private static Fact fact(Words words, String key, String value, boolean code) {
        return new Fact(words.text(key), value, code);
    }

    private static Fact time(Words words, String key, @Nullable Instant at, ZoneId zone) {
        if (at == null) {
            return fact(words, key, "", false);
        }
        Moment moment = Moment.of(at, zone);
        return new Fact(words.text(key), moment.own(words.language()), false, moment.other(words.language()));
    }
}
