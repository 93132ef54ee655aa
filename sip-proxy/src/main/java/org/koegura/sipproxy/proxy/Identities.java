package org.koegura.sipproxy.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.Party;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.numbers.DialPlan;
import org.koegura.sipproxy.routing.Extensions;

/// What an INVITE says of who calls whom, measured against the site's extension patterns (J5).
///
/// @param known whether the site has patterns; where it has none, nothing below counts
/// @param caller who calls, in the identity that says most
/// @param shown the same as an outside caller may be kept: without its number where it withholds it (J3)
/// @param callee who is called
/// @param dialled whom the Request-URI names: To may name somebody from whom the call was sent on
/// @param callerNamed whether the caller gives an identity at all
/// @param callerMatches whether one that it gives matches a pattern
/// @param calleeMatches whether To or Request-URI does
/// @param dialledMatches whether the Request-URI does
record Identities(
        boolean known,
        Party caller,
        Party shown,
        Party callee,
        Party dialled,
        boolean callerNamed,
        boolean callerMatches,
        boolean calleeMatches,
        boolean dialledMatches) {

    /// 3GPP TS 24.229 §7.2A.20.
    private static final Pattern VERIFIED_STATUS =
            Pattern.compile("verstat\\s*=\\s*([^;>,@\\s]*)", Pattern.CASE_INSENSITIVE);

    /// Reads them.
    ///
    /// @param trusted whether whoever sent it may assert an identity (RFC 3325 §5): the PBX may
    /// @param plan how the site writes numbers
    static Identities of(WireMessage invite, Extensions extensions, boolean trusted, DialPlan plan)
            throws MessageFault {
        List<Party> named = callerUris(invite, trusted).stream()
                .filter(uri -> !CallerPrivacy.isWithheld(uri))
                .map(uri -> party(uri, plan))
                .toList();
        List<Party> matching =
                named.stream().filter(party -> extensions.match(party.number())).toList();
        Party from = party(invite.from().uri(), plan);
        Party caller = !matching.isEmpty() ? matching.getFirst() : named.isEmpty() ? from : named.getFirst();
        Anonymity anonymity = CallerPrivacy.of(invite);
        Party callee = party(invite.to().uri(), plan);
        Party dialled = party(invite.request().uri(), plan);
        boolean dialledMatches = extensions.match(dialled.number());
        return new Identities(
                extensions.isSet(),
                caller,
                anonymity == null ? caller : Party.withheld(anonymity),
                callee,
                dialled,
                !named.isEmpty(),
                !matching.isEmpty(),
                dialledMatches || extensions.match(callee.number()),
                dialledMatches);
    }

    /// The same, of somebody whose To counts for nothing: an outside caller could claim there that it calls a line that
    /// is never recorded.
    Identities withoutTo() {
        return new Identities(
                known, caller, shown, dialled, dialled, callerNamed, callerMatches, dialledMatches, dialledMatches);
    }

    /// Every URI that a caller is known by.
    ///
    /// @param trusted whether whoever sent it may assert one
    static List<String> callerUris(WireMessage invite, boolean trusted) throws MessageFault {
        List<String> uris = new ArrayList<>(trusted ? asserted(invite) : List.of());
        uris.add(invite.from().uri());
        return uris;
    }

    /// The caller's number as whoever sent it asserts it (RFC 3325 §9.1), `+` and digits; null in every
    /// doubt: where it is withheld in any way, whatever else says that it may be shown; where two say
    /// different ones; and where it says, or From does, that it was not verified (3GPP TS 24.229
    /// §7.2A.20, `verstat`). A bare From is nobody's assertion.
    static @Nullable String assertedNumber(WireMessage invite, DialPlan plan) throws MessageFault {
        List<String> uris = asserted(invite);
        List<String> said = callerUris(invite, true);
        boolean withheld = CallerPrivacy.isAsked(invite) || said.stream().anyMatch(CallerPrivacy::isWithheld);
        if (withheld || isUnverified(invite)) {
            return null;
        }
        List<String> numbers = uris.stream()
                .map(uri -> Objects.requireNonNullElse(plan.read(uri).e164(), ""))
                .distinct()
                .toList();
        return numbers.size() == 1 && !numbers.getFirst().isEmpty() ? numbers.getFirst() : null;
    }

    /// As a parameter of the URI or of the header.
    private static boolean isUnverified(WireMessage invite) {
        String all = String.join(" ", invite.elementTexts("p-asserted-identity")) + " " + invite.valueOrEmpty("from");
        return VERIFIED_STATUS
                .matcher(all)
                .results()
                .anyMatch(status -> !status.group(1).equalsIgnoreCase("TN-Validation-Passed"));
    }

    /// Every URI that a callee is known by.
    static List<String> calleeUris(WireMessage invite) throws MessageFault {
        return List.of(invite.request().uri(), invite.to().uri());
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

    /// A URI as a party; one that says nothing is nobody.
    static Party party(String uri, DialPlan plan) {
        String address = SipUri.addressOfRecord(uri);
        @Nullable String e164 = plan.read(uri).e164();
        return address.isBlank() || address.length() > 1024 ? Party.UNKNOWN : new Party(address, e164, null);
    }
}
