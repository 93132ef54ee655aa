package org.koegura.sipproxy.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.negotiation.Negotiating.callee;
import static org.koegura.sipproxy.negotiation.Negotiating.caller;
import static org.koegura.sipproxy.negotiation.Negotiating.ports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.negotiation.DialogEvent.Acknowledged;
import org.koegura.sipproxy.negotiation.DialogEvent.Failed;
import org.koegura.sipproxy.negotiation.DialogEvent.Invited;
import org.koegura.sipproxy.negotiation.DialogEvent.Pracked;
import org.koegura.sipproxy.negotiation.DialogEvent.Progressed;
import org.koegura.sipproxy.negotiation.DialogEvent.Rang;
import org.koegura.sipproxy.negotiation.DialogEvent.Succeeded;
import org.koegura.sipproxy.negotiation.DialogEvent.Updated;

/// Offer and answer as one table in a file, `offer-answer-table.txt`: read it to see what a message does to a dialog in
/// each state. The test fails where code and file differ, and leaves what the code does under `target/` to be
/// reviewed and put in its place.
///
/// Descriptions are named by their ports: the caller's offers and answers are 2000 and the CSeq, the callee's 1000 and
/// the CSeq; those of unreliable responses 100 more, and ours for the callee 200.
final class OfferAnswerTableTest {

    private static final Transaction INVITE = caller("INVITE", 1);
    private static final Transaction REINVITE = caller("INVITE", 5);
    private static final Transaction THEIR_REINVITE = callee("INVITE", 5);
    private static final Transaction UPDATE = caller("UPDATE", 6);
    private static final Transaction THEIR_UPDATE = callee("UPDATE", 6);
    private static final Transaction PRACK = caller("PRACK", 7);

    private static DialogState after(DialogState from, DialogEvent... events) {
        DialogState state = from;
        for (DialogEvent event : events) {
            state = OfferAnswer.step(state, event).state();
        }
        return state;
    }

    static Map<String, DialogState> states() {
        DialogState invited = after(OfferAnswer.BLANK, new Invited(INVITE, caller(2001)));
        DialogState agreed = after(invited, new Succeeded(INVITE, callee(1001)));
        DialogState reoffered = after(agreed, new Invited(REINVITE, caller(2005)));
        DialogState open = after(reoffered, new Progressed(REINVITE, true, callee(1005)));
        DialogState updated = after(agreed, new Updated(UPDATE, caller(2006)));
        Map<String, DialogState> states = new LinkedHashMap<>();
        states.put("nothing passed yet", OfferAnswer.BLANK);
        states.put("the INVITE offers", invited);
        states.put("the INVITE offers, answered early", after(invited, new Progressed(INVITE, false, callee(1101))));
        states.put("the INVITE offers, answered for the callee", after(invited, new Rang(INVITE, callee(1201))));
        states.put(
                "a reliable 18x offers",
                after(OfferAnswer.BLANK, new Invited(INVITE, null), new Progressed(INVITE, true, callee(1001))));
        states.put(
                "the 2xx offers",
                after(OfferAnswer.BLANK, new Invited(INVITE, null), new Succeeded(INVITE, callee(1001))));
        states.put(
                "the INVITE offers, and so does the callee", after(invited, new Updated(THEIR_UPDATE, callee(1006))));
        states.put("agreed", agreed);
        states.put("agreed, a re-INVITE offers", reoffered);
        states.put("agreed, the callee's re-INVITE offers", after(agreed, new Invited(THEIR_REINVITE, callee(1005))));
        states.put(
                "agreed, the 2xx to a re-INVITE offers",
                after(agreed, new Invited(REINVITE, null), new Succeeded(REINVITE, callee(1005))));
        states.put("agreed, an UPDATE offers", updated);
        states.put("agreed, the callee's UPDATE offers", after(agreed, new Updated(THEIR_UPDATE, callee(1006))));
        states.put("agreed, a PRACK offers", after(agreed, new Pracked(PRACK, caller(2007))));
        states.put("agreed in an open re-INVITE", open);
        states.put("agreed in an open re-INVITE, an UPDATE offers", after(open, new Updated(UPDATE, caller(2006))));
        states.put("two UPDATEs crossed", after(updated, new Updated(THEIR_UPDATE, callee(1006))));
        states.put("two re-INVITEs crossed", after(reoffered, new Invited(THEIR_REINVITE, callee(1005))));
        return states;
    }

    static Map<String, DialogEvent> events() {
        Map<String, DialogEvent> events = new LinkedHashMap<>();
        events.put("INVITE 1 +sdp", new Invited(INVITE, caller(2001)));
        events.put("INVITE 5 +sdp", new Invited(REINVITE, caller(2005)));
        events.put("INVITE 5", new Invited(REINVITE, null));
        events.put("callee's INVITE 5 +sdp", new Invited(THEIR_REINVITE, callee(1005)));
        events.put("UPDATE 6 +sdp", new Updated(UPDATE, caller(2006)));
        events.put("UPDATE 6", new Updated(UPDATE, null));
        events.put("callee's UPDATE 6 +sdp", new Updated(THEIR_UPDATE, callee(1006)));
        events.put("PRACK 7 +sdp", new Pracked(PRACK, caller(2007)));
        events.put("PRACK 7", new Pracked(PRACK, null));
        events.put("ACK 1 +sdp", new Acknowledged(INVITE, caller(2001)));
        events.put("ACK 1", new Acknowledged(INVITE, null));
        events.put("ACK 5 +sdp", new Acknowledged(REINVITE, caller(2005)));
        events.put("ACK 5", new Acknowledged(REINVITE, null));
        events.put("18x to INVITE 1 +sdp", new Progressed(INVITE, false, callee(1101)));
        events.put("reliable 18x to INVITE 1 +sdp", new Progressed(INVITE, true, callee(1001)));
        events.put("reliable 18x to INVITE 1", new Progressed(INVITE, true, null));
        events.put("18x to INVITE 1, answer ours", new Rang(INVITE, callee(1201)));
        events.put("18x to INVITE 5 +sdp", new Progressed(REINVITE, false, callee(1105)));
        events.put("reliable 18x to INVITE 5 +sdp", new Progressed(REINVITE, true, callee(1005)));
        events.put("18x to UPDATE 6 +sdp", new Progressed(UPDATE, false, callee(1106)));
        events.put("2xx to INVITE 1 +sdp", new Succeeded(INVITE, callee(1001)));
        events.put("2xx to INVITE 1", new Succeeded(INVITE, null));
        events.put("2xx to INVITE 5 +sdp", new Succeeded(REINVITE, callee(1005)));
        events.put("2xx to INVITE 5", new Succeeded(REINVITE, null));
        events.put("2xx to callee's INVITE 5 +sdp", new Succeeded(THEIR_REINVITE, caller(2005)));
        events.put("2xx to UPDATE 6 +sdp", new Succeeded(UPDATE, callee(1006)));
        events.put("2xx to UPDATE 6", new Succeeded(UPDATE, null));
        events.put("2xx to callee's UPDATE 6 +sdp", new Succeeded(THEIR_UPDATE, caller(2006)));
        events.put("2xx to PRACK 7 +sdp", new Succeeded(PRACK, callee(1007)));
        events.put("INVITE 1 fails", new Failed(INVITE));
        events.put("INVITE 5 fails", new Failed(REINVITE));
        events.put("callee's INVITE 5 fails", new Failed(THEIR_REINVITE));
        events.put("UPDATE 6 fails", new Failed(UPDATE));
        events.put("callee's UPDATE 6 fails", new Failed(THEIR_UPDATE));
        events.put("PRACK 7 fails", new Failed(PRACK));
        return events;
    }

    @Test
    void theTableNamesEveryKindOfStateGroundAndEvent() {
        assertThat(kinds(states().values())).containsExactlyInAnyOrderElementsOf(permitted(DialogState.class));
        assertThat(kinds(states().values().stream().map(DialogState::ground).toList()))
                .containsExactlyInAnyOrderElementsOf(permitted(Ground.class));
        assertThat(kinds(events().values())).containsExactlyInAnyOrderElementsOf(permitted(DialogEvent.class));
    }

    @Test
    void stepDoesWhatTheTableSaysForEveryStateAndEvent() throws IOException {
        String actual = table();
        Path written = Path.of("target", "offer-answer-table.txt");
        Files.createDirectories(Objects.requireNonNull(written.getParent()));
        Files.writeString(written, actual);
        try (InputStream expected = OfferAnswerTableTest.class.getResourceAsStream("offer-answer-table.txt")) {
            assertThat(expected).as("offer-answer-table.txt beside this test").isNotNull();
            assertThat(actual)
                    .as("what the code does is in " + written.toAbsolutePath())
                    .isEqualTo(new String(Objects.requireNonNull(expected).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String table() {
        StringBuilder table = new StringBuilder();
        states().forEach((name, state) -> {
            table.append(name).append(": ").append(words(state)).append('\n');
            Map<String, StringBuilder> ignored = new TreeMap<>();
            events().forEach((event, happened) -> {
                OfferAnswer.Step step = OfferAnswer.step(state, happened);
                String effects =
                        step.effects().stream().map(OfferAnswerTableTest::words).collect(Collectors.joining(", "));
                if (step.state().equals(state) && step.effects().getFirst() instanceof DialogEffect.Ignore) {
                    ignored.computeIfAbsent(effects, _ -> new StringBuilder())
                            .append("; ")
                            .append(event);
                } else {
                    String next = step.state().equals(state) ? "stays" : words(step.state());
                    table.append("    %-30s %-26s %s\n".formatted(event, effects, next));
                }
            });
            ignored.forEach((why, names) -> table.append("    ")
                    .append(why)
                    .append(": ")
                    .append(names.substring(2))
                    .append('\n'));
            table.append('\n');
        });
        return table.toString();
    }

    private static String words(DialogState state) {
        String ground = switch (state.ground()) {
            case Ground.Nothing _ -> "nothing";
            case Ground.Early(var answer) -> "early " + ports(answer);
            case Ground.Ringing(var ours) -> "ringing " + ports(ours);
            case Ground.Agreed(var now, var undo) -> "agreed " + ports(now) + (undo == null ? "" : words(undo));
        };
        return Stream.concat(Stream.of(ground), state.offers().stream().map(OfferAnswerTableTest::words))
                .collect(Collectors.joining("; "));
    }

    private static String words(Ground.Undo undo) {
        return ", before " + name(undo.reinvite()) + " " + ports(undo.before());
    }

    private static String words(Offer offer) {
        return "offer in " + (offer.isLate() ? "response to " : "") + name(offer.transaction());
    }

    private static String name(Transaction transaction) {
        String whose = transaction.requester() == Leg.INSIDE ? "callee's " : "";
        return whose + transaction.method() + " " + transaction.cseq();
    }

    private static String words(DialogEffect effect) {
        return switch (effect) {
            case DialogEffect.Apply(var agreement) -> "apply " + ports(agreement);
            case DialogEffect.RollBack(var agreement) -> "roll back to " + ports(agreement);
            case DialogEffect.MayBeSpoken(var offer) ->
                "may speak " + offer.sdp().media().getFirst().port();
            case DialogEffect.Ignore(var why) ->
                "ignored, " + why.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    private static List<String> kinds(Iterable<?> values) {
        return Stream.of(values)
                .flatMap(all -> StreamSupport.stream(all.spliterator(), false))
                .map(value -> Objects.requireNonNull(value).getClass().getSimpleName())
                .distinct()
                .toList();
    }

    private static List<String> permitted(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses())
                .filter(Class::isRecord)
                .map(Class::getSimpleName)
                .toList();
    }
}
