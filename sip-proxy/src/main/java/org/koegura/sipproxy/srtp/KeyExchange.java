package org.koegura.sipproxy.srtp;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.negotiation.Agreement;
import org.koegura.sipproxy.negotiation.Dialogs;
import org.koegura.sipproxy.negotiation.Transaction;
import org.koegura.sipproxy.sdp.CryptoAttribute;
import org.koegura.sipproxy.sdp.MediaDescription;
import org.koegura.sipproxy.sdp.SessionDescription;
import org.koegura.sipproxy.sdp.SrtpLines;
import org.koegura.sipproxy.srtp.DialogKeys.Place;

/// The keys of one call: what each party says that it sends with, and what we say to it (trap 28).
///
/// ```
///  one party                     here                        the other party
///  RTP/SAVP, crypto 2, 3  ──►  RTP/AVP in our view  ──►   in the form of its leg: RTP/AVP, or RTP/SAVP, crypto 1, 2 of
/// ours
///  RTP/SAVP, crypto 2     ◄──  RTP/AVP in our view  ◄──   RTP/AVP, or RTP/SAVP, crypto 1
///    (our key)
/// ```
///
/// Whatever else a description says goes its usual way, as if both parties spoke plain. An answer has
/// the profile of the offer that it answers. Where a party may speak either ([SrtpProfile#PREFER]), the
/// first offer settles its form, for each dialog. An m-line that has not the form of its leg goes on as a
/// declined one: nothing plain goes where SRTP is required, and no key of a party goes anywhere.
///
/// Not safe from several threads: its negotiation locks it.
public final class KeyExchange {

    private final Map<Leg, SrtpProfile> forms = new EnumMap<>(Leg.class);

    /// The dialogs that the INVITE opened, by the callee's tag, the one that spoke last at the end. At most
    /// [Dialogs#DIALOGS_MAX].
    private final Map<String, DialogKeys> dialogs = new LinkedHashMap<>();

    /// What the INVITE said, before any of them.
    private final DialogKeys beginning;

    private @Nullable String winner;
    private boolean adapting;

    /// Whether whoever is called refused SRTP, and was offered plain RTP.
    private boolean fellBack;
    private long mute;
    private long forgotten;

    /// @param random makes keys: a `SecureRandom`
    public KeyExchange(RandomGenerator random) {
        this.beginning = new DialogKeys(random);
    }

    /// A description in our view: plain.
    ///
    /// @param keys by m-line
    /// @param mute whether audio that was alive is declined, and none remains
    public record Received(SessionDescription sdp, Map<Integer, SrtpKeys> keys, boolean mute) {
        public Received {
            keys = Map.copyOf(keys);
        }
    }

    /// Says in which form a party speaks; before its first description.
    public void form(Leg leg, SrtpProfile profile) {
        forms.put(leg, profile);
    }

    /// A call that must come through, whatever is set: each party is spoken to as it speaks, and as far
    /// as its hop allows.
    public void adapt() {
        adapting = true;
    }

    /// There are no ports for the call. Returns whether it goes on past us all the same, and all that
    /// follows as it is: one that must come through, and says no key.
    public boolean letsGo(Leg offering) {
        if (!adapting || mayBeSrtp(offering)) {
            return false;
        }
        forms.clear();
        return true;
    }

    /// Whether SRTP is ended here.
    public boolean isOn() {
        boolean set = form(Leg.INSIDE) != SrtpProfile.PASS && form(Leg.OUTSIDE) != SrtpProfile.PASS;
        return set && (!adapting || mayBeSrtp(Leg.INSIDE) || mayBeSrtp(Leg.OUTSIDE));
    }

    /// Whether a description answers another. A request that has one offers, but for an ACK, and a PRACK
    /// after an offer in a response. To be asked once for each description.
    ///
    /// @param dialog the callee's tag; empty where there is none yet
    /// @param transaction of an ACK, its INVITE's
    /// @param awaited whether an offer that came in a response waits for this party's answer
    public boolean answers(String dialog, String method, int status, Transaction transaction, boolean awaited) {
        if (!isOn()) {
            return false; // nothing is said of keys, and nothing will be
        }
        if (status > 0) {
            return of(dialog).offered(transaction);
        }
        if (method.equals("ACK") || (method.equals("PRACK") && awaited)) {
            return true;
        }
        of(dialog).offering(transaction);
        return false;
    }

    /// A dialog was answered; if it is the first, of the others nothing is kept.
    public void won(String dialog) {
        if (winner == null) {
            winner = dialog;
            dialogs.keySet().retainAll(Set.of(dialog));
        }
    }

    /// Goes on with the keys of a dialog that another process saw won.
    public void resume(String dialog, Agreement agreement) {
        DialogKeys known = of(dialog);
        for (Leg leg : Leg.values()) {
            List<RemoteMedia> lines = agreement.of(leg);
            for (int i = 0; i < lines.size(); i++) {
                SrtpKeys keys = lines.get(i).srtp();
                if (keys != null) {
                    known.resume(new Place(leg, i), keys);
                }
            }
            boolean secure = lines.stream().anyMatch(line -> line.srtp() != null);
            known.settle(leg, secure ? SrtpProfile.REQUIRE : SrtpProfile.NEVER);
        }
        won(dialog);
    }

    /// Whoever is called refused the offer of the INVITE by 488. Returns whether it may be offered plain RTP
    /// in its place: once, and where it may speak either, and was offered SRTP. Dialogs that it opened before
    /// stay what they are.
    public boolean fallBack(Leg called) {
        boolean may = winner == null
                && !fellBack
                && form(called) == SrtpProfile.PREFER
                && beginning.settled(called) == SrtpProfile.REQUIRE;
        if (may) {
            fellBack = true;
            beginning.settle(called, SrtpProfile.NEVER);
        }
        return may;
    }

    /// An early dialog is over; not the one that won.
    public void ended(String dialog) {
        if (!dialog.equals(winner)) {
            dialogs.remove(dialog);
        }
    }

    /// Dialogs whose keys had to be forgotten: such a one is spoken to as if it had said nothing since the INVITE.
    public long forgotten() {
        return forgotten;
    }

    /// Takes a party's description.
    public Received received(Said said, SessionDescription sdp) {
        if (!isOn()) {
            return new Received(sdp, Map.of(), false);
        }
        if (adapting && !said.answers()) {
            adapt(said, sdp);
            if (!isOn()) {
                return new Received(sdp, Map.of(), false);
            }
        }
        DialogKeys dialog = of(said.dialog());
        settle(said, dialog, sdp);
        Map<Integer, SrtpKeys> keys = new HashMap<>();
        Map<Integer, SrtpLines.Edit> edits = new HashMap<>();
        boolean srtp = isSrtp(dialog, said.from());
        boolean sayable = !isSrtp(dialog, said.from().far()) || said.secret();
        for (int i = 0; i < sdp.media().size(); i++) {
            MediaDescription media = sdp.media().get(i);
            if (!isConcerned(media)) {
                continue;
            }
            Place place = new Place(said.from(), i);
            if (!said.answers()) {
                dialog.profile(place, media.transport());
            }
            SrtpKeys found = sayable ? keys(said, dialog, place, sdp) : null;
            boolean fits = sayable && (srtp ? found != null : SrtpLines.isPlain(media.transport()));
            if (found != null) {
                keys.put(i, found);
            }
            String plain = SrtpLines.plain(media.transport());
            edits.put(
                    i,
                    fits && media.relayed()
                            ? new SrtpLines.Edit(plain, false, List.of())
                            : SrtpLines.Edit.withdrawing(plain));
        }
        SessionDescription view = SrtpLines.edited(sdp, edits);
        boolean silenced = hasAudio(sdp) && !hasAudio(view);
        mute += silenced ? 1 : 0;
        return new Received(view, keys, silenced);
    }

    /// Descriptions whose audio was declined.
    public long mute() {
        return mute;
    }

    /// The description as it goes on to the other party.
    ///
    /// @param sdp in our view
    /// @param ported m-lines that have ports of ours
    public SessionDescription towards(Said said, SessionDescription sdp, Set<Integer> ported) {
        if (!isOn()) {
            return sdp;
        }
        DialogKeys dialog = of(said.dialog());
        Leg to = said.from().far();
        boolean srtp = isSrtp(dialog, to);
        Map<Integer, SrtpLines.Edit> edits = new HashMap<>();
        for (int i = 0; i < sdp.media().size(); i++) {
            MediaDescription media = sdp.media().get(i);
            if (!isConcerned(media)) {
                continue;
            }
            Place place = new Place(to, i);
            String usual = srtp ? SrtpLines.secure(media.transport()) : media.transport();
            String profile = said.answers() ? dialog.profileOf(place, usual) : usual;
            List<CryptoAttribute> ours = srtp && !media.declined() ? ours(said, dialog, place) : List.of();
            boolean fits = srtp ? !ours.isEmpty() : SrtpLines.isPlain(profile);
            edits.put(
                    i,
                    media.declined() || !fits || !ported.contains(i)
                            ? SrtpLines.Edit.withdrawing(profile)
                            : new SrtpLines.Edit(profile, false, ours));
        }
        return SrtpLines.edited(sdp, edits);
    }

    private DialogKeys of(String dialog) {
        if (dialog.isEmpty()) {
            return beginning;
        }
        DialogKeys known = dialogs.remove(dialog);
        DialogKeys keys = known == null ? beginning.forked() : known;
        dialogs.put(dialog, keys);
        if (dialogs.size() > Dialogs.DIALOGS_MAX) {
            Iterator<String> eldest = dialogs.keySet().iterator();
            if (eldest.next().equals(winner)) {
                eldest.next();
            }
            eldest.remove();
            forgotten++;
        }
        return keys;
    }

    /// What we say to a party.
    private static List<CryptoAttribute> ours(Said said, DialogKeys dialog, Place place) {
        if (said.answers()) {
            return dialog.answer(place);
        }
        return dialog.offer(place, said.transaction().requester() == said.from() ? null : said.transaction());
    }

    /// The party speaks as it offers, and the other as its hop allows.
    private void adapt(Said said, SessionDescription sdp) {
        boolean secure = said.believed()
                && sdp.media().stream().anyMatch(media -> isAudio(media) && SrtpLines.isSecure(media.transport()));
        forms.put(said.from(), secure ? SrtpProfile.REQUIRE : SrtpProfile.NEVER);
        Leg far = said.from().far();
        boolean either = form(far) == SrtpProfile.PREFER;
        if (!said.secret() || (either && !secure && of(said.dialog()).settled(far) == null)) {
            forms.put(far, SrtpProfile.NEVER); // no refusal delays a call for help whose caller speaks plain
        }
    }

    /// The first offer of a dialog says in which form parties speak who may speak either: whoever makes it,
    /// as it does; the other, SRTP where keys may be said to it. Not in answer to an INVITE that asked for
    /// an offer: ours goes in a response, and nobody can refuse that by 488.
    private void settle(Said said, DialogKeys dialog, SessionDescription sdp) {
        if (said.answers()) {
            settleLate(said, dialog, sdp);
            return;
        }
        Leg far = said.from().far();
        if (dialog.settled(said.from()) == null) {
            dialog.settle(said.from(), said.believed() && isSecure(sdp) ? SrtpProfile.REQUIRE : SrtpProfile.NEVER);
        }
        if (dialog.settled(far) == null) {
            boolean refusable = hasAudio(sdp) && said.transaction().requester() == said.from();
            dialog.settle(far, refusable && said.secret() ? SrtpProfile.REQUIRE : SrtpProfile.NEVER);
        }
    }

    /// A server that was given up before the other offer went out may answer the first one after all.
    private void settleLate(Said said, DialogKeys dialog, SessionDescription sdp) {
        boolean opens = winner == null && said.transaction().method().equals("INVITE");
        if (fellBack && opens && form(said.from()) == SrtpProfile.PREFER && isSecure(sdp)) {
            dialog.settle(said.from(), SrtpProfile.REQUIRE);
        }
    }

    /// Whether its audio is SRTP under keys that we can use.
    private static boolean isSecure(SessionDescription sdp) {
        return IntStream.range(0, sdp.media().size())
                .anyMatch(i -> isAudio(sdp.media().get(i))
                        && SrtpLines.isSecure(sdp.media().get(i).transport())
                        && !SrtpLines.usable(sdp, i).isEmpty());
    }

    private @Nullable SrtpKeys keys(Said said, DialogKeys dialog, Place place, SessionDescription sdp) {
        MediaDescription media = sdp.media().get(place.mLine());
        if (!isSrtp(dialog, place.leg())
                || !said.believed()
                || !SrtpLines.isSecure(media.transport())
                || !media.relayed()) {
            return null;
        }
        List<CryptoAttribute> lines = SrtpLines.usable(sdp, place.mLine());
        if (lines.isEmpty()) {
            return null;
        }
        if (!said.answers()) {
            return dialog.reply(place, lines.getFirst());
        }
        // RFC 4568 §5.1.2: exactly one
        return SrtpLines.cryptoLines(sdp, place.mLine()) == 1 ? dialog.answered(place, lines.getFirst()) : null;
    }

    private static boolean hasAudio(SessionDescription sdp) {
        return sdp.media().stream().anyMatch(KeyExchange::isAudio);
    }

    /// Whether it is of RTP, or audio by another way that would pass us by.
    private static boolean isConcerned(MediaDescription media) {
        return media.isRtp() || media.media().equals("audio");
    }

    private static boolean isAudio(MediaDescription media) {
        return media.media().equals("audio") && !media.declined();
    }

    private boolean isSrtp(DialogKeys dialog, Leg leg) {
        SrtpProfile form = form(leg);
        return form == SrtpProfile.REQUIRE
                || (form == SrtpProfile.PREFER && dialog.settled(leg) == SrtpProfile.REQUIRE);
    }

    private boolean mayBeSrtp(Leg leg) {
        return form(leg) == SrtpProfile.REQUIRE || form(leg) == SrtpProfile.PREFER;
    }

    private SrtpProfile form(Leg leg) {
        return forms.getOrDefault(leg, SrtpProfile.PASS);
    }
}
