package org.koegura.sipproxy.party;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Party;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.DialPlan;

/// Whoever stands on the outside leg of one call, as its network names him: a transfer beyond the trunk
/// shows by another name alone (N2). A changed source or media address shows none.
///
/// A place that falls silent says nothing, nor does one that says what it said before. One that speaks
/// for the first time, or says something new, names somebody else where none of its numbers is one of
/// his. Two ways to write a number are one, and hosts do not count. Nobody's name (RFC 3323) is never
/// his.
///
/// Belongs to the lane of its Call-ID.
public final class KnownParty {

    /// What stands in the place of a number that is withheld (RFC 3323 §4.1.1.3).
    private static final Set<String> WITHHELD = Set.of("anonymous", "unavailable", "restricted", "unknown", "");

    private final DialPlan plan;
    private final Map<Place, Set<String>> said = new EnumMap<>(Place.class);

    /// The same in what he answers: some networks name him otherwise there.
    private final Map<Place, Set<String>> answered = new EnumMap<>(Place.class);

    private Set<String> his = new HashSet<>();

    private enum Place {
        FROM,
        ASSERTED,
        REMOTE_PARTY;

        /// Whose URIs stand there; what cannot be read says nothing: the message passes all the same.
        List<String> uris(WireMessage message) {
            try {
                return switch (this) {
                    case FROM -> List.of(message.from().uri());
                    case ASSERTED -> uris(message.addresses("p-asserted-identity"));
                    case REMOTE_PARTY -> remote(message);
                };
            } catch (MessageFault unreadable) {
                return List.of();
            }
        }

        /// Of whoever sends it, where it names the other one, too.
        private static List<String> remote(WireMessage message) throws MessageFault {
            String other = message.status() == 0 ? "party=called" : "party=calling";
            List<String> elements = message.elementTexts("remote-party-id");
            List<NameAddress> addresses = message.addresses("remote-party-id");
            List<String> uris = new ArrayList<>();
            for (int i = 0; i < addresses.size(); i++) {
                if (!elements.get(i).toLowerCase(Locale.ROOT).contains(other)) {
                    uris.add(addresses.get(i).uri());
                }
            }
            return uris;
        }

        private static List<String> uris(Collection<NameAddress> addresses) {
            return addresses.stream().map(NameAddress::uri).toList();
        }
    }

    private KnownParty(DialPlan plan) {
        this.plan = plan;
    }

    /// Whoever calls.
    public static KnownParty calling(WireMessage invite, DialPlan plan) {
        KnownParty party = new KnownParty(plan);
        for (Place place : Place.values()) {
            party.hears(party.said, place, place.uris(invite));
        }
        party.his = party.named();
        return party;
    }

    /// Whoever is called: he is whoever was dialled, until he says otherwise by his answer.
    public static KnownParty called(WireMessage invite, DialPlan plan) throws MessageFault {
        KnownParty party = new KnownParty(plan);
        party.hears(
                party.said,
                Place.FROM,
                List.of(invite.to().uri())); // his own requests have it there (RFC 3261 §12.2.1.1)
        party.his = party.named();
        party.his.addAll(party.names(List.of(invite.request().uri())));
        return party;
    }

    /// Of a call that another process left.
    public static KnownParty left(Party outside, DialPlan plan) {
        KnownParty party = new KnownParty(plan);
        party.his = party.names(
                outside.e164() == null
                        ? List.of(outside.addressOfRecord())
                        : List.of(outside.addressOfRecord(), "tel:" + outside.e164()));
        party.his.removeAll(WITHHELD);
        return party;
    }

    /// The first 2xx to the INVITE that calls him: whoever it names is the one who is told. Who withholds his name is
    /// whoever was dialled.
    ///
    /// @return whether it names somebody else than was dialled
    public boolean answers(WireMessage response) {
        Set<String> names = new HashSet<>();
        for (Place place : List.of(Place.ASSERTED, Place.REMOTE_PARTY)) {
            hears(answered, place, place.uris(response));
            names.addAll(answered.getOrDefault(place, Set.of()));
        }
        names.removeAll(WITHHELD);
        if (names.isEmpty()) {
            return false;
        }
        boolean another = Collections.disjoint(names, his);
        his = names;
        return another;
    }

    /// Whether a message within the dialog, of whoever stands there, names another than before: then he
    /// is the one who is known from now on.
    public boolean isAnother(WireMessage message) {
        Set<String> news = new HashSet<>();
        boolean another = false;
        for (Place place : Place.values()) {
            if (place == Place.FROM && message.status() != 0) {
                continue; // a response repeats the request's, which is another's
            }
            Set<String> names = hears(message.status() == 0 ? said : answered, place, place.uris(message));
            if (names != null) {
                news.addAll(names);
                another |= Collections.disjoint(names, his);
            }
        }
        if (another) {
            his = news;
            his.removeAll(WITHHELD);
        }
        return another;
    }

    /// What a place says that it did not say before; null where it says nothing new.
    private @Nullable Set<String> hears(Map<Place, Set<String>> before, Place place, List<String> uris) {
        if (uris.isEmpty()) {
            return null;
        }
        Set<String> names = names(uris);
        return names.equals(before.put(place, names)) ? null : names;
    }

    private Set<String> named() {
        Set<String> all = new HashSet<>();
        said.values().forEach(all::addAll);
        all.removeAll(WITHHELD);
        return all;
    }

    /// Each by its international number, or else by what stands before the `@`.
    private Set<String> names(List<String> uris) {
        Set<String> names = new HashSet<>();
        for (String uri : uris) {
            String e164 = plan.read(uri).e164();
            names.add(e164 == null ? user(uri) : e164);
        }
        return names;
    }

    private static String user(String uri) {
        SipUri sip = SipUri.parse(uri);
        if (sip != null && (sip.user().isEmpty() || sip.host().endsWith(".invalid"))) {
            return "";
        }
        String address = SipUri.addressOfRecord(uri);
        return address.isBlank()
                ? ""
                : new Party(address.substring(0, Math.min(address.length(), 1024)))
                        .number()
                        .toLowerCase(Locale.ROOT);
    }
}
