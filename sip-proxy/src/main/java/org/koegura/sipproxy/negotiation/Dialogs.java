package org.koegura.sipproxy.negotiation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;

/// The dialogs that one INVITE opened, by the callee's tag. They share its offer; the first 2xx decides which of them
/// lives on, and the others' state is freed. Not safe for two threads at once.
public final class Dialogs {

    /// Early dialogs followed at once; of more, the one that spoke last for the longest time is forgotten.
    public static final int DIALOGS_MAX = 16;

    private final Map<String, DialogState> states = new LinkedHashMap<>();
    private @Nullable Transaction opening;
    private DialogState beginning = OfferAnswer.BLANK;
    private @Nullable String winner;
    private long forgotten;

    /// Notes the INVITE that opens the call, the first that passes; later ones change nothing.
    public void open(Transaction invite, @Nullable Side offer) {
        if (opening == null) {
            opening = invite;
            beginning = OfferAnswer.step(OfferAnswer.BLANK, new DialogEvent.Invited(invite, offer))
                    .state();
        }
    }

    /// Takes up a dialog that another process saw won, in place of [#open].
    ///
    /// @param invite that opened it
    public void resume(Transaction invite, String calleeTag, Agreement agreement) {
        opening = invite;
        winner = calleeTag;
        states.put(calleeTag, new DialogState.Quiet(new Ground.Agreed(agreement, null), Past.NONE.with(invite)));
    }

    /// Whether the INVITE that opens the call has passed.
    public boolean isOpen() {
        return opening != null;
    }

    /// Whether that party is the one that the INVITE called.
    public boolean isOfCallee(Leg party) {
        return opening != null && opening.requester() == party.far();
    }

    /// Whether that is the INVITE that opened the call.
    public boolean isOpening(Transaction transaction) {
        return transaction.equals(opening);
    }

    /// Moves one dialog on; what follows for its media. Nothing does where another dialog has won.
    public List<DialogEffect> take(String calleeTag, DialogEvent event) {
        if (winner != null && !winner.equals(calleeTag)) {
            return List.of();
        }
        OfferAnswer.Step step = OfferAnswer.step(of(calleeTag), event);
        states.remove(calleeTag);
        states.put(calleeTag, step.state());
        if (states.size() > DIALOGS_MAX) {
            states.remove(states.keySet().iterator().next());
            forgotten++;
        }
        return step.effects();
    }

    /// The first 2xx decides: what others answered is forgotten (RFC 3261 §13.2.2.4).
    ///
    /// @return whether it was the first
    public boolean win(String calleeTag) {
        if (winner != null) {
            return false;
        }
        winner = calleeTag;
        DialogState won = of(calleeTag);
        states.clear();
        states.put(calleeTag, won);
        return true;
    }

    /// An early dialog is over without a final response to its INVITE (199, RFC 6228).
    public void end(String calleeTag) {
        if (winner == null) {
            states.remove(calleeTag);
        }
    }

    /// Whether a 2xx has passed.
    public boolean isWon() {
        return winner != null;
    }

    /// Whether another dialog than this has won.
    public boolean isLost(String calleeTag) {
        return winner != null && !winner.equals(calleeTag);
    }

    /// What the media of one dialog run by; null where nothing was answered.
    public @Nullable Agreement agreement(String calleeTag) {
        return of(calleeTag).ground().agreement();
    }

    /// Whether an offer of that transaction waits for its answer in the dialog.
    public boolean isOut(String calleeTag, Transaction transaction) {
        return of(calleeTag).offers().stream()
                .anyMatch(offer -> offer.transaction().equals(transaction));
    }

    /// Whether an offer that the other party made in a response waits for an answer of this one.
    public boolean isAnswerAwaited(String calleeTag, Leg answerer) {
        return of(calleeTag).offers().stream().anyMatch(offer -> offer.isLate() && offer.by() == answerer.far());
    }

    /// Whether an offer is out under which whoever accepts it may seal the audio at once.
    ///
    /// @param audio index of the m-line that is the audio
    public boolean mayBeSealed(String calleeTag, int audio) {
        return of(calleeTag).offers().stream()
                .map(offer -> offer.side().sdp().media())
                .anyMatch(media -> audio < media.size()
                        && media.get(audio).isRtp()
                        && (!media.get(audio).isPlainAudio() || media.get(audio).offersKeys()));
    }

    /// Whether the dialog that won has only a late offer so far, whose answer is on its way.
    public boolean isPending() {
        if (winner == null) {
            return false;
        }
        DialogState state = of(winner);
        return state.ground() instanceof Ground.Nothing
                && state.offers().stream().anyMatch(Offer::isLate);
    }

    /// Dialogs followed now.
    int size() {
        return states.size();
    }

    /// Early dialogs that had to be forgotten for the bound.
    public long forgotten() {
        return forgotten;
    }

    private DialogState of(String calleeTag) {
        return states.getOrDefault(calleeTag, beginning);
    }
}
