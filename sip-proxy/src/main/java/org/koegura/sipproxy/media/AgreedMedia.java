package org.koegura.sipproxy.media;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.sipproxy.negotiation.Agreement;
import org.koegura.sipproxy.negotiation.DialogEffect;
import org.koegura.sipproxy.negotiation.DialogEvent;
import org.koegura.sipproxy.negotiation.Dialogs;
import org.koegura.sipproxy.negotiation.Side;
import org.koegura.sipproxy.sdp.MediaDescription;
import org.koegura.sipproxy.srtp.SealedAudio;

/// Moves a call's dialogs on and does to its media what their steps say. Media run by one agreement at a time: of
/// the fork that was answered last, and once one has won, of that.
///
/// Not safe from several threads: its negotiation locks it.
public final class AgreedMedia {

    private final MediaSession media;
    private final AnchoredPorts ports;
    private final HoldWatch hold;
    private final Consumer<Agreement> told;
    private final Dialogs dialogs;
    private final SealedAudio sealing;
    private @Nullable Agreement current;

    /// @param told hears of each agreement that media run by
    /// @param sealing of this call
    public AgreedMedia(
            MediaSession media,
            AnchoredPorts ports,
            HoldWatch hold,
            Consumer<Agreement> told,
            Dialogs dialogs,
            SealedAudio sealing) {
        this.media = media;
        this.ports = ports;
        this.hold = hold;
        this.told = told;
        this.dialogs = dialogs;
        this.sealing = sealing;
    }

    /// Media go by this, which another process saw agreed.
    public void resume(Agreement agreement) {
        apply(agreement);
    }

    /// What media go by; null for nothing yet.
    public @Nullable Agreement current() {
        return current;
    }

    /// Moves a dialog on.
    ///
    /// @param wins whether it is a 2xx of the INVITE that opened the call
    public void take(String calleeTag, DialogEvent event, boolean wins) {
        List<DialogEffect> effects = dialogs.take(calleeTag, event);
        if (wins) {
            win(calleeTag);
        }
        effects.forEach(this::apply);
        tellOffers(calleeTag);
    }

    /// The first 2xx decides which fork's media count.
    public void win(String calleeTag) {
        if (dialogs.win(calleeTag)) {
            Agreement won = dialogs.agreement(calleeTag);
            if (won == null) {
                current = null; // early media of a fork that lost
            } else {
                apply(won);
            }
        }
    }

    /// The same, where nobody could read what it says.
    ///
    /// @return whether it was the first
    public boolean winUnread(String calleeTag) {
        boolean first = dialogs.win(calleeTag);
        if (first) {
            current = null;
        }
        return first;
    }

    private void tellOffers(String tag) {
        if (dialogs.isLost(tag)) {
            return; // of a fork whose media nobody hears
        }
        @Nullable Agreement now = current;
        boolean anchored = now != null && now.audio() >= 0 && ports.isAnchored(now.audio());
        boolean may = now != null && anchored && dialogs.mayBeSealed(tag, now.audio());
        if (sealing.offered(anchored ? now : null, may) && now != null) {
            told.accept(may ? now.sealed() : now); // the next process would not know the offer, and keep what comes
        }
    }

    private void apply(DialogEffect effect) {
        switch (effect) {
            case DialogEffect.Apply(var agreement) -> apply(agreement);
            case DialogEffect.RollBack(var agreement) -> apply(agreement);
            case DialogEffect.MayBeSpoken(var offer) -> mayBeSpoken(offer);
            case DialogEffect.Ignore _ -> {}
        }
    }

    private void mayBeSpoken(Side offer) {
        List<MediaDescription> lines = offer.sdp().media();
        if (current != null && current.audio() >= 0 && current.audio() < lines.size()) {
            MediaDescription audio = lines.get(current.audio());
            List<Integer> payloadTypes = new ArrayList<>();
            audio.formats().forEach(format -> payloadTypes.add(format.payloadType()));
            audio.companions().forEach(companion -> payloadTypes.add(companion.payloadType()));
            media.offered(current.audio(), payloadTypes);
        }
    }

    private void apply(Agreement agreement) {
        if (agreement.equals(current)) {
            return;
        }
        current = agreement;
        told.accept(agreement);
        boolean anchored = agreement.audio() >= 0 && ports.isAnchored(agreement.audio());
        hold.held(!anchored || agreement.onHold());
        media.together(() -> command(agreement, anchored));
    }

    private void command(Agreement agreement, boolean anchored) {
        boolean sealed = sealing.applied(agreement);
        if (anchored && !sealed) {
            media.audio(agreement.audio());
        } else if (agreement.form() == Agreement.Form.FAX) {
            media.fax();
        }
        for (Leg leg : List.of(Leg.INSIDE, Leg.OUTSIDE)) {
            for (int i = 0; i < agreement.of(leg).size(); i++) {
                if (ports.isAnchored(i)) {
                    media.agree(i, leg, agreement.of(leg).get(i));
                }
            }
        }
    }
}
