package org.koegura.sipproxy.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.sipproxy.negotiation.Negotiating.side;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;

/// What must hold whatever two endpoints say to each other, in whatever order, lost, repeated or wrong.
final class OfferAnswerPropertyTest {

    private static final List<String> METHODS = List.of("INVITE", "UPDATE", "PRACK");

    /// Any message of a dialog in which each party sends four requests at most, so that they meet often.
    @Provide
    Arbitrary<DialogEvent> event() {
        Arbitrary<Transaction> transaction = Combinators.combine(
                        Arbitraries.of(METHODS), Arbitraries.longs().between(1, 4), Arbitraries.of(Leg.class))
                .as(Transaction::new);
        Arbitrary<Integer> port = Arbitraries.integers().between(0, 4);
        return Combinators.combine(transaction, port, Arbitraries.integers().between(0, 4))
                .as((request, said, kind) -> switch (kind) {
                    case 0 -> asked(request, said(request.requester(), said));
                    case 1 ->
                        new DialogEvent.Progressed(
                                request, said % 2 == 0, said(request.requester().far(), said));
                    case 2 ->
                        new DialogEvent.Succeeded(
                                request, said(request.requester().far(), said));
                    case 3 -> rang(request, said);
                    default ->
                        request.isInvite() && said > 0
                                ? new DialogEvent.Acknowledged(request, said(request.requester(), said))
                                : new DialogEvent.Failed(request);
                });
    }

    @Provide
    Arbitrary<List<DialogEvent>> events() {
        return event().list().ofMaxSize(40);
    }

    private static DialogEvent asked(Transaction request, @Nullable Side side) {
        return switch (request.method()) {
            case "INVITE" -> new DialogEvent.Invited(request, side);
            case "UPDATE" -> new DialogEvent.Updated(request, side);
            default -> new DialogEvent.Pracked(request, side);
        };
    }

    private static DialogEvent rang(Transaction request, int port) {
        Transaction invite = new Transaction("INVITE", request.cseq(), request.requester());
        return new DialogEvent.Rang(invite, side(request.requester().far(), 3000 + port));
    }

    private static @Nullable Side said(Leg by, int port) {
        return port == 0 ? null : side(by, (by == Leg.INSIDE ? 1000 : 2000) + port);
    }

    @Property(tries = 3_000)
    void whatWasAgreedIsNeverLostAndChangesOnlyByAnEffect(@ForAll("events") List<DialogEvent> events) {
        DialogState state = OfferAnswer.BLANK;
        Set<Agreement> known = new HashSet<>();
        for (DialogEvent event : events) {
            OfferAnswer.Step step = OfferAnswer.step(state, event);
            Agreement before = state.ground().agreement();
            Agreement after = step.state().ground().agreement();
            if (state.ground() instanceof Ground.Agreed) {
                assertThat(step.state().ground()).isInstanceOf(Ground.Agreed.class);
            }
            assertThat(step.effects()).hasSize(1);
            switch (step.effects().getFirst()) {
                case DialogEffect.Apply(var agreement) -> assertThat(after).isEqualTo(agreement);
                case DialogEffect.RollBack(var agreement) -> {
                    assertThat(after).isEqualTo(agreement);
                    assertThat(known).contains(agreement);
                }
                case DialogEffect.MayBeSpoken _, DialogEffect.Ignore _ -> {
                    boolean oursIsUnsaid = state.ground() instanceof Ground.Ringing
                            && event instanceof DialogEvent.Succeeded(var _, var side)
                            && side == null;
                    assertThat(after).isIn(before, oursIsUnsaid ? null : before);
                }
            }
            if (after != null) {
                known.add(after);
            }
            state = step.state();
        }
    }

    @Property(tries = 3_000)
    void aMessageThatComesAgainChangesNothing(@ForAll("events") List<DialogEvent> events) {
        DialogState state = OfferAnswer.BLANK;
        for (DialogEvent event : events) {
            DialogState once = OfferAnswer.step(state, event).state();
            assertThat(OfferAnswer.step(once, event).state()).isEqualTo(once);
            state = once;
        }
    }

    @Property(tries = 3_000)
    void eachPartyHasOneOfferOutAtMostAndARefusalTakesBackItsOwnAlone(@ForAll("events") List<DialogEvent> events) {
        DialogState state = OfferAnswer.BLANK;
        for (DialogEvent event : events) {
            DialogState next = OfferAnswer.step(state, event).state();
            assertThat(next.offers().stream().map(Offer::by)).doesNotHaveDuplicates();
            if (event instanceof DialogEvent.Failed(var transaction)) {
                assertThat(next.offers())
                        .isEqualTo(state.offers().stream()
                                .filter(offer -> !offer.transaction().equals(transaction))
                                .toList());
            }
            state = next;
        }
    }

    @Property(tries = 3_000)
    void anOfferMovesNoMediaBeforeItsAnswer(@ForAll("events") List<DialogEvent> events) {
        DialogState state = OfferAnswer.BLANK;
        for (DialogEvent event : events) {
            OfferAnswer.Step step = OfferAnswer.step(state, event);
            boolean asks = event instanceof DialogEvent.Invited || event instanceof DialogEvent.Updated;
            if (asks) {
                assertThat(step.effects())
                        .noneMatch(effect ->
                                effect instanceof DialogEffect.Apply || effect instanceof DialogEffect.RollBack);
            }
            state = step.state();
        }
    }

    /// Two dialogs of one INVITE, their messages mixed in any way, end as each would have alone.
    @Property(tries = 1_000)
    void forksDoNotDisturbEachOther(@ForAll("events") List<DialogEvent> events, @ForAll List<Boolean> whose) {
        Dialogs both = new Dialogs();
        Transaction opening = new Transaction("INVITE", 0, Leg.OUTSIDE);
        both.open(opening, side(Leg.OUTSIDE, 2999));
        DialogState first = OfferAnswer.step(
                        OfferAnswer.BLANK, new DialogEvent.Invited(opening, side(Leg.OUTSIDE, 2999)))
                .state();
        DialogState second = first;
        for (int i = 0; i < events.size(); i++) {
            boolean isFirst = whose.isEmpty() || whose.get(i % whose.size());
            both.take(isFirst ? "a" : "b", events.get(i));
            if (isFirst) {
                first = OfferAnswer.step(first, events.get(i)).state();
            } else {
                second = OfferAnswer.step(second, events.get(i)).state();
            }
        }
        assertThat(Tuple.of(both.agreement("a"), both.agreement("b")))
                .isEqualTo(Tuple.of(first.ground().agreement(), second.ground().agreement()));
    }
}
