package org.koegura.sipproxy.srtp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.sipproxy.negotiation.Transaction;
import org.koegura.sipproxy.sdp.CryptoAttribute;
import org.koegura.sipproxy.sdp.MediaDescription;
import org.koegura.sipproxy.sdp.SessionDescription;
import org.koegura.sipproxy.sdp.SrtpLines;

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
/// the profile of the offer that it answers. An m-line that has not the form of its leg goes on as a
/// declined one: nothing plain goes where SRTP is required, and no key of a party goes anywhere.
///
/// Not safe from several threads: its negotiation locks it.
public final class KeyExchange {

    /// What we offer, the first preferred; RFC 4568 §6.2.1 wants the first of everybody.
    static final List<CryptoSuite> OFFERED = List.of(CryptoSuite.AES_CM_128_HMAC_SHA1_80, CryptoSuite.AEAD_AES_256_GCM);

    /// Requests with a description that are remembered, to tell what answers them.
    private static final int REQUESTS_MAX = 32;

    private final RandomGenerator random;
    private final Map<Leg, SrtpProfile> forms = new EnumMap<>(Leg.class);
    private final SequencedSet<Transaction> offering = new LinkedHashSet<>();
    private final Map<Place, Reply> replies = new HashMap<>();
    private final Map<Place, Offered> offers = new HashMap<>();

    /// The profiles of a party's last offer.
    private final Map<Place, String> profiles = new HashMap<>();

    private boolean adapting;
    private long mute;

    /// @param random makes keys: a `SecureRandom`
    public KeyExchange(RandomGenerator random) {
        this.random = random;
    }

    /// An m-line of a party. A description has at most 16.
    private record Place(Leg leg, int mLine) {}

    /// With what we answer an offer.
    private record Reply(int tag, SrtpKeys keys) {}

    /// What we offer.
    ///
    /// @param late the INVITE that asked for an offer; null where it came with a party's own
    private record Offered(
            List<CryptoAttribute> lines, @Nullable Transaction late) {}

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
        if (!adapting || isSrtp(offering)) {
            return false;
        }
        forms.clear();
        return true;
    }

    /// Whether SRTP is ended here.
    public boolean isOn() {
        boolean set = form(Leg.INSIDE) != SrtpProfile.PASS && form(Leg.OUTSIDE) != SrtpProfile.PASS;
        return set && (!adapting || isSrtp(Leg.INSIDE) || isSrtp(Leg.OUTSIDE));
    }

    /// Whether a description answers another. A request that has one offers, but for an ACK, and a PRACK
    /// after an offer in a response. To be asked once for each description.
    ///
    /// @param transaction of an ACK, its INVITE's
    /// @param awaited whether an offer that came in a response waits for this party's answer
    public boolean answers(String method, int status, Transaction transaction, boolean awaited) {
        if (status > 0) {
            return offering.contains(transaction);
        }
        if (method.equals("ACK") || (method.equals("PRACK") && awaited)) {
            return true;
        }
        offering.addLast(transaction);
        if (offering.size() > REQUESTS_MAX) {
            offering.removeFirst();
        }
        return false;
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
        Map<Integer, SrtpKeys> keys = new HashMap<>();
        Map<Integer, SrtpLines.Edit> edits = new HashMap<>();
        boolean sayable = form(said.from().far()) != SrtpProfile.REQUIRE || said.secret();
        for (int i = 0; i < sdp.media().size(); i++) {
            MediaDescription media = sdp.media().get(i);
            if (!isConcerned(media)) {
                continue;
            }
            Place place = new Place(said.from(), i);
            if (!said.answers()) {
                profiles.put(place, media.transport());
            }
            SrtpKeys found = sayable ? keys(said, place, sdp) : null;
            boolean fits = sayable && (isSrtp(said.from()) ? found != null : SrtpLines.isPlain(media.transport()));
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
        Leg to = said.from().far();
        Map<Integer, SrtpLines.Edit> edits = new HashMap<>();
        for (int i = 0; i < sdp.media().size(); i++) {
            MediaDescription media = sdp.media().get(i);
            if (!isConcerned(media)) {
                continue;
            }
            Place place = new Place(to, i);
            String usual = isSrtp(to) ? SrtpLines.secure(media.transport()) : media.transport();
            String profile = said.answers() ? profiles.getOrDefault(place, usual) : usual;
            List<CryptoAttribute> ours = isSrtp(to) && !media.declined() ? ours(said, place) : List.of();
            boolean fits = isSrtp(to) ? !ours.isEmpty() : SrtpLines.isPlain(profile);
            edits.put(
                    i,
                    media.declined() || !fits || !ported.contains(i)
                            ? SrtpLines.Edit.withdrawing(profile)
                            : new SrtpLines.Edit(profile, false, ours));
        }
        return SrtpLines.edited(sdp, edits);
    }

    /// What we say to a party.
    private List<CryptoAttribute> ours(Said said, Place place) {
        if (!said.answers()) {
            return offer(said, place);
        }
        Reply reply = replies.get(place);
        return reply == null
                ? List.of()
                : List.of(new CryptoAttribute(reply.tag(), reply.keys().ours()));
    }

    /// The party speaks as it offers, and the other as its hop allows.
    private void adapt(Said said, SessionDescription sdp) {
        boolean secure = said.believed()
                && sdp.media().stream().anyMatch(media -> isAudio(media) && SrtpLines.isSecure(media.transport()));
        forms.put(said.from(), secure ? SrtpProfile.REQUIRE : SrtpProfile.NEVER);
        if (!said.secret()) {
            forms.put(said.from().far(), SrtpProfile.NEVER);
        }
    }

    private @Nullable SrtpKeys keys(Said said, Place place, SessionDescription sdp) {
        MediaDescription media = sdp.media().get(place.mLine());
        if (!isSrtp(place.leg()) || !said.believed() || !SrtpLines.isSecure(media.transport()) || !media.relayed()) {
            return null;
        }
        List<CryptoAttribute> lines = SrtpLines.usable(sdp, place.mLine());
        if (lines.isEmpty()) {
            return null;
        }
        if (!said.answers()) {
            return reply(place, lines.getFirst());
        }
        // RFC 4568 §5.1.2: exactly one
        return SrtpLines.cryptoLines(sdp, place.mLine()) == 1 ? answered(place, lines.getFirst()) : null;
    }

    /// The first that we can is chosen. As long as its key stays, ours does; another one, and we begin
    /// anew as well: it may be somebody else who says it.
    private SrtpKeys reply(Place place, CryptoAttribute chosen) {
        Reply known = replies.get(place);
        boolean same = known != null && known.keys().theirs().equals(chosen.key());
        SrtpKeys keys = known != null && same
                ? known.keys()
                : new SrtpKeys(MasterKey.fresh(chosen.key().suite(), random), chosen.key());
        replies.put(place, new Reply(chosen.tag(), keys));
        if (!same) { // an offer of ours goes on with that key
            List<CryptoAttribute> lines = new ArrayList<>();
            lines.add(new CryptoAttribute(chosen.tag(), keys.ours()));
            offers.put(place, new Offered(withFresh(lines), null));
        }
        return keys;
    }

    /// Null where it answers none of our lines, or with a key that is ours.
    private @Nullable SrtpKeys answered(Place place, CryptoAttribute line) {
        Offered offered = offers.get(place);
        for (CryptoAttribute ours : offered == null ? List.<CryptoAttribute>of() : offered.lines()) {
            boolean fits =
                    ours.tag() == line.tag() && ours.key().suite() == line.key().suite();
            if (fits && !ours.key().equals(line.key())) {
                SrtpKeys keys = new SrtpKeys(ours.key(), line.key());
                replies.put(place, new Reply(line.tag(), keys));
                return keys;
            }
        }
        return null;
    }

    /// The same lines for the life of a call, so that who goes on goes on with its keys; but where a
    /// party asks for an offer, it is as a rule to lead the call to somebody else, who must not get a
    /// key that another one has.
    private List<CryptoAttribute> offer(Said said, Place place) {
        Offered known = offers.get(place);
        Transaction late = said.transaction().requester() == said.from() ? null : said.transaction();
        if (known == null || (late != null && !late.equals(known.late()))) {
            known = new Offered(withFresh(new ArrayList<>()), late);
            offers.put(place, known);
        }
        return known.lines();
    }

    private List<CryptoAttribute> withFresh(List<CryptoAttribute> lines) {
        int tag = lines.stream().mapToInt(CryptoAttribute::tag).max().orElse(0);
        for (CryptoSuite suite : OFFERED) {
            if (lines.stream().noneMatch(line -> line.key().suite() == suite) && tag < CryptoAttribute.TAG_MAX) {
                lines.add(new CryptoAttribute(++tag, MasterKey.fresh(suite, random)));
            }
        }
        return List.copyOf(lines);
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

    private boolean isSrtp(Leg leg) {
        return form(leg) == SrtpProfile.REQUIRE;
    }

    private SrtpProfile form(Leg leg) {
        return forms.getOrDefault(leg, SrtpProfile.PASS);
    }
}
