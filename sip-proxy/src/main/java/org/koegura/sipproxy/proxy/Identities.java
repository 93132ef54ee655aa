package org.koegura.sipproxy.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.koegura.callmodel.Party;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Extensions;

/// What an INVITE says of who calls whom, measured against the site's extension patterns (J5).
///
/// @param known whether the site has patterns; where it has none, nothing below counts
/// @param caller who calls, in the identity that says most
/// @param callee who is called
/// @param callerNamed whether the caller gives an identity at all
/// @param callerMatches whether one that it gives matches a pattern
/// @param calleeMatches whether To or Request-URI does
/// @param dialledMatches whether the Request-URI does: To may name somebody from whom the call was sent
///     on
record Identities(
        boolean known,
        Party caller,
        Party callee,
        boolean callerNamed,
        boolean callerMatches,
        boolean calleeMatches,
        boolean dialledMatches) {

    /// What stands in From where a caller withholds its number (RFC 3323 §4.1.1.3, TTC JJ-90.24).
    private static final Set<String> WITHHELD = Set.of("anonymous", "unavailable", "restricted", "unknown");

    /// Reads them.
    ///
    /// @param trusted whether whoever sent it may assert an identity (RFC 3325 §5): the PBX may
    static Identities of(WireMessage invite, Extensions extensions, boolean trusted) throws MessageFault {
        List<String> given = new ArrayList<>(trusted ? asserted(invite) : List.of());
        given.add(invite.from().uri());
        List<Party> named = given.stream()
                .filter(uri -> !isWithheld(uri))
                .map(Identities::party)
                .toList();
        List<Party> matching =
                named.stream().filter(party -> extensions.match(party.number())).toList();
        Party from = party(invite.from().uri());
        Party callee = party(invite.to().uri());
        boolean dialled = extensions.match(party(invite.request().uri()).number());
        return new Identities(
                extensions.isSet(),
                !matching.isEmpty() ? matching.getFirst() : named.isEmpty() ? from : named.getFirst(),
                callee,
                !named.isEmpty(),
                !matching.isEmpty(),
                dialled || extensions.match(callee.number()),
                dialled);
    }

    /// One that cannot be read is none: the call passes all the same.
    private static List<String> asserted(WireMessage invite) {
        try {
            return invite.addresses("p-asserted-identity").stream()
                    .map(NameAddress::uri)
                    .toList();
        } catch (MessageFault unreadable) {
            return List.of();
        }
    }

    private static boolean isWithheld(String uri) {
        SipUri sip = SipUri.parse(uri);
        return sip != null
                && (sip.user().isEmpty()
                        || sip.host().endsWith(".invalid")
                        || WITHHELD.contains(sip.user().toLowerCase(Locale.ROOT)));
    }

    private static Party party(String uri) {
        String address = SipUri.addressOfRecord(uri);
        return address.isBlank() || address.length() > 1024 ? Party.UNKNOWN : new Party(address);
    }
}
