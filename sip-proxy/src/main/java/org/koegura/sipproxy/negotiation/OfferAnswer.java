package org.koegura.sipproxy.negotiation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.negotiation.DialogEffect.Why;

/// Within step 7 of 10 on the INVITE line: offer and answer in one dialog (RFC 3264, RFC 6337 §2). Pure: no lock, no
/// port, no byte.
///
/// What the rows keep: media move with an answer and never with an offer; what was agreed stays until something else is
/// agreed or it is taken back whole; a message that comes again changes nothing. `offer-answer-table.txt` beside
/// the tests is all of it at a glance.
public final class OfferAnswer {

    /// Before anything passed.
    static final DialogState BLANK = new DialogState.Quiet(new Ground.Nothing(), Past.NONE);

    private OfferAnswer() {}

    /// Where the dialog stands now, and what is to be done.
    public record Step(DialogState state, List<DialogEffect> effects) {
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /// Total: any event in any state.
    public static Step step(DialogState state, DialogEvent event) {
        return switch (event) {
            case DialogEvent.Invited(var transaction, var side) -> offers(state, transaction, side);
            case DialogEvent.Updated(var transaction, var side) -> offers(state, transaction, side);
            case DialogEvent.Pracked(var transaction, var side) -> pracked(state, transaction, side);
            case DialogEvent.Acknowledged(var invite, var side) -> acknowledged(state, invite, side);
            case DialogEvent.Progressed progressed -> progressed(state, progressed);
            case DialogEvent.Rang(var invite, var ours) -> rang(state, invite, ours);
            case DialogEvent.Succeeded(var transaction, var side) -> succeeded(state, transaction, side);
            case DialogEvent.Failed(var transaction) -> failed(state, transaction);
        };
    }

    private static Step offers(DialogState state, Transaction transaction, @Nullable Side side) {
        return side == null ? ignore(state, Why.NO_DESCRIPTION) : offered(state, new Offer(transaction, side));
    }

    /// A party's newer offer stands for its older one, whose end we did not see; only its INVITE's stays, which may
    /// yet be answered: nobody may offer before that (RFC 3311 §5.1).
    private static Step offered(DialogState state, Offer offer) {
        Transaction transaction = offer.transaction();
        if (state.past().knows(transaction)) {
            return ignore(state, Why.REPEATED);
        }
        Offer own = outBy(state, offer.by());
        if (own != null && own.transaction().isInvite() && !transaction.isInvite()) {
            return ignore(state, Why.OUT_OF_TURN);
        }
        List<Offer> out = without(state, own);
        out.add(offer);
        return go(
                standing(state.ground(), state.past().with(transaction), out),
                new DialogEffect.MayBeSpoken(offer.side()));
    }

    /// RFC 3262 §5.
    private static Step pracked(DialogState state, Transaction prack, @Nullable Side side) {
        Offer late = lateOffer(state, prack.requester());
        if (late == null || side == null) {
            return offers(state, prack, side);
        }
        Step answered = complete(state, late, side, true);
        DialogState after = answered.state();
        return new Step(standing(after.ground(), after.past().with(prack), after.offers()), answered.effects());
    }

    /// RFC 3261 §13.2.2.4. An ACK that leaves an offer unanswered ends the exchange: none will follow.
    private static Step acknowledged(DialogState state, Transaction invite, @Nullable Side side) {
        Offer late = outIn(state, invite);
        if (late == null || !late.isLate()) {
            return ignore(state, side == null ? Why.NO_DESCRIPTION : Why.OUT_OF_TURN);
        }
        return side == null ? drop(state, late) : complete(state, late, side, false);
    }

    private static Step progressed(DialogState state, DialogEvent.Progressed event) {
        Transaction transaction = event.transaction();
        Side side = event.side();
        if (side == null) {
            return ignore(state, Why.NO_DESCRIPTION);
        }
        if (!transaction.isInvite()) {
            return ignore(state, Why.NOT_BINDING);
        }
        Offer offer = outIn(state, transaction);
        boolean answers = offer != null && !offer.isLate();
        if (!event.reliable()) {
            return answers ? early(state, Objects.requireNonNull(offer), side) : unbinding(state, transaction);
        }
        return answers ? complete(state, Objects.requireNonNull(offer), side, true) : late(state, transaction, side);
    }

    /// Early media of the first INVITE follow every 18x; in a call that is up the final response is waited for.
    private static Step early(DialogState state, Offer offer, Side side) {
        return switch (state.ground()) {
            case Ground.Nothing _, Ground.Early _, Ground.Ringing _ -> {
                Agreement answer = Agreement.of(offer.side(), side);
                yield go(
                        standing(new Ground.Early(answer), state.past(), state.offers()),
                        new DialogEffect.Apply(answer));
            }
            case Ground.Agreed _ -> ignore(state, Why.NOT_BINDING);
        };
    }

    /// What the callee said itself outranks what is said for it.
    private static Step rang(DialogState state, Transaction invite, Side ours) {
        Offer offer = outIn(state, invite);
        if (offer == null || offer.isLate()) {
            return unbinding(state, invite);
        }
        return switch (state.ground()) {
            case Ground.Nothing _, Ground.Ringing _ -> {
                Agreement answer = Agreement.of(offer.side(), ours);
                yield go(
                        standing(new Ground.Ringing(answer), state.past(), state.offers()),
                        new DialogEffect.Apply(answer));
            }
            case Ground.Early _, Ground.Agreed _ -> ignore(state, Why.NOT_BINDING);
        };
    }

    private static Step unbinding(DialogState state, Transaction invite) {
        return ignore(state, state.past().knows(invite) ? Why.ALREADY_ANSWERED : Why.NOT_BINDING);
    }

    private static Step succeeded(DialogState state, Transaction transaction, @Nullable Side side) {
        DialogState closed = transaction.isInvite() ? closed(state, transaction) : state;
        Offer offer = outIn(closed, transaction);
        boolean answers = offer != null && !offer.isLate();
        if (answers) {
            return side == null
                    ? unanswered(closed, Objects.requireNonNull(offer))
                    : complete(closed, Objects.requireNonNull(offer), side, false);
        }
        if (side == null) {
            return ignore(closed, Why.NO_DESCRIPTION);
        }
        return transaction.isInvite() ? late(closed, transaction, side) : ignore(closed, Why.OUT_OF_TURN);
    }

    /// A 2xx without a description makes an early answer the answer: there will be no other. One of ours is
    /// none: nobody agreed to it.
    private static Step unanswered(DialogState state, Offer offer) {
        return switch (state.ground()) {
            case Ground.Early(var answer)
            when offer.transaction().isInvite() ->
                go(
                        standing(new Ground.Agreed(answer, null), state.past(), without(state, offer)),
                        new DialogEffect.Apply(answer));
            case Ground.Ringing _
            when offer.transaction().isInvite() ->
                ignore(standing(new Ground.Nothing(), state.past(), without(state, offer)), Why.UNANSWERED);
            case Ground.Nothing _, Ground.Early _, Ground.Ringing _, Ground.Agreed _ -> drop(state, offer);
        };
    }

    /// An offer in a response; unless the INVITE had its offer, or this response came before.
    private static Step late(DialogState state, Transaction invite, Side side) {
        if (state.past().knows(invite)) {
            return ignore(state, Why.ALREADY_ANSWERED);
        }
        return offered(state, new Offer(invite, side));
    }

    /// RFC 3261 §14.1, RFC 3311 §5.1: the session stays as it was before that request, and no other is concerned.
    private static Step failed(DialogState state, Transaction transaction) {
        if (state.ground() instanceof Ground.Agreed(var _, Ground.Undo(var reinvite, var before))
                && reinvite.equals(transaction)) {
            return go(
                    standing(new Ground.Agreed(before, null), state.past(), without(state, outIn(state, transaction))),
                    new DialogEffect.RollBack(before));
        }
        Offer offer = outIn(state, transaction);
        return offer == null ? ignore(state, Why.NOTHING_OUT) : drop(state, offer);
    }

    /// @param open whether the INVITE that carried it may still fail, and take it back
    private static Step complete(DialogState state, Offer offer, Side answer, boolean open) {
        Agreement agreement = Agreement.of(offer.side(), answer);
        Ground.Undo undo = state.ground() instanceof Ground.Agreed agreed ? undo(agreed, offer, agreement, open) : null;
        return go(
                standing(new Ground.Agreed(agreement, undo), state.past(), without(state, offer)),
                new DialogEffect.Apply(agreement));
    }

    /// What an UPDATE or PRACK of its own settles within an open re-INVITE outlives its failure (RFC 6141 §3.4).
    private static Ground.@Nullable Undo undo(Ground.Agreed before, Offer offer, Agreement now, boolean open) {
        Ground.Undo undo = before.undo();
        if (open) {
            return new Ground.Undo(offer.transaction(), before.now());
        }
        return offer.transaction().isInvite() || undo == null ? null : new Ground.Undo(undo.reinvite(), now);
    }

    /// The INVITE has its 2xx: what it brought can no longer be taken back.
    private static DialogState closed(DialogState state, Transaction invite) {
        return state.ground() instanceof Ground.Agreed(var now, Ground.Undo(var reinvite, var _))
                        && reinvite.equals(invite)
                ? standing(new Ground.Agreed(now, null), state.past(), state.offers())
                : state;
    }

    private static Step drop(DialogState state, Offer offer) {
        return ignore(standing(state.ground(), state.past(), without(state, offer)), Why.UNANSWERED);
    }

    private static @Nullable Offer outIn(DialogState state, Transaction transaction) {
        for (Offer offer : state.offers()) {
            if (offer.transaction().equals(transaction)) {
                return offer;
            }
        }
        return null;
    }

    private static @Nullable Offer outBy(DialogState state, Leg party) {
        for (Offer offer : state.offers()) {
            if (offer.by() == party) {
                return offer;
            }
        }
        return null;
    }

    private static @Nullable Offer lateOffer(DialogState state, Leg answerer) {
        Offer offer = outBy(state, answerer.far());
        return offer != null && offer.isLate() ? offer : null;
    }

    private static List<Offer> without(DialogState state, @Nullable Offer gone) {
        List<Offer> rest = new ArrayList<>(state.offers());
        rest.remove(gone);
        return rest;
    }

    private static DialogState standing(Ground ground, Past past, List<Offer> out) {
        return switch (out.size()) {
            case 0 -> new DialogState.Quiet(ground, past);
            case 1 -> new DialogState.Offered(ground, past, out.getFirst());
            default -> new DialogState.Crossed(ground, past, out.getFirst(), out.getLast());
        };
    }

    private static Step ignore(DialogState state, Why why) {
        return go(state, new DialogEffect.Ignore(why));
    }

    private static Step go(DialogState state, DialogEffect effect) {
        return new Step(state, List.of(effect));
    }
}
