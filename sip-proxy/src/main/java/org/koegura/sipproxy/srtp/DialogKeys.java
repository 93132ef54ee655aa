package org.koegura.sipproxy.srtp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.negotiation.Transaction;
import org.koegura.sipproxy.sdp.CryptoAttribute;

/// The keys of one dialog: what its parties said that they send with, and what we said to them. An early
/// dialog begins with what the INVITE said ([#forked]), and from there on is spoken to with its own.
///
/// Not safe from several threads.
final class DialogKeys {

    /// What we offer, the first preferred; RFC 4568 §6.2.1 wants the first of everybody.
    static final List<CryptoSuite> OFFERED = List.of(CryptoSuite.AES_CM_128_HMAC_SHA1_80, CryptoSuite.AEAD_AES_256_GCM);

    /// Requests with a description that are remembered, to tell what answers them.
    private static final int REQUESTS_MAX = 32;

    private final RandomGenerator random;
    private final SequencedSet<Transaction> offering = new LinkedHashSet<>();
    private final Map<Place, Reply> replies = new HashMap<>();
    private final Map<Place, Offered> offers = new HashMap<>();

    /// The profiles of a party's last offer.
    private final Map<Place, String> profiles = new HashMap<>();

    /// In which form parties speak who may speak either.
    private final Map<Leg, SrtpProfile> settled = new EnumMap<>(Leg.class);

    DialogKeys(RandomGenerator random) {
        this.random = random;
    }

    /// An m-line of a party. A description has at most 16.
    record Place(Leg leg, int mLine) {}

    /// With what we answer an offer.
    private record Reply(int tag, SrtpKeys keys) {}

    /// What we offer.
    ///
    /// @param late the INVITE that asked for an offer; null where it came with a party's own
    private record Offered(
            List<CryptoAttribute> lines, @Nullable Transaction late) {}

    /// Another dialog that the same INVITE opens.
    DialogKeys forked() {
        DialogKeys fork = new DialogKeys(random);
        fork.offering.addAll(offering);
        fork.replies.putAll(replies);
        fork.offers.putAll(offers);
        fork.profiles.putAll(profiles);
        fork.settled.putAll(settled);
        return fork;
    }

    /// In which form a party speaks who may speak either, for the life of the dialog.
    void settle(Leg leg, SrtpProfile form) {
        settled.put(leg, form);
    }

    /// The form that a party speaks in who may speak either; null where that is not known yet.
    @Nullable
    SrtpProfile settled(Leg leg) {
        return settled.get(leg);
    }

    /// Goes on with keys that another process agreed on. Which tags they had no longer counts: each offer has its own.
    void resume(Place place, SrtpKeys keys) {
        replies.put(place, new Reply(1, keys));
        List<CryptoAttribute> lines = new ArrayList<>();
        lines.add(new CryptoAttribute(1, keys.ours()));
        offers.put(place, new Offered(withFresh(lines), null));
    }

    /// A request offers.
    void offering(Transaction request) {
        offering.addLast(request);
        if (offering.size() > REQUESTS_MAX) {
            offering.removeFirst();
        }
    }

    /// Whether that request offered.
    boolean offered(Transaction request) {
        return offering.contains(request);
    }

    /// A party's offer has this profile.
    void profile(Place place, String profile) {
        profiles.put(place, profile);
    }

    /// The profile of a party's last offer; `usual` where it made none.
    String profileOf(Place place, String usual) {
        return profiles.getOrDefault(place, usual);
    }

    /// A party offers, and this line is chosen. As long as its key stays, ours does; another one, and we
    /// begin anew as well: it may be somebody else who says it.
    SrtpKeys reply(Place place, CryptoAttribute chosen) {
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

    /// A party answers with this line. Null where it answers none of ours, or with a key that is ours.
    @Nullable
    SrtpKeys answered(Place place, CryptoAttribute line) {
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

    /// With what we answer a party; empty where it offered nothing.
    List<CryptoAttribute> answer(Place place) {
        Reply reply = replies.get(place);
        return reply == null
                ? List.of()
                : List.of(new CryptoAttribute(reply.tag(), reply.keys().ours()));
    }

    /// What we offer a party. The same lines for the life of a dialog, so that who goes on goes on with its
    /// keys; but where a party asks for an offer, it is as a rule to lead the call to somebody else, who must
    /// not get a key that another one has.
    ///
    /// @param late the INVITE that asked for it; null where it comes with the other party's own
    List<CryptoAttribute> offer(Place place, @Nullable Transaction late) {
        Offered known = offers.get(place);
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
}
