package org.koegura.sipproxy.proxy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Anonymity;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;

/// What a message asks of whoever reads its sender's identity (RFC 3323, RFC 3325, J3). Pure.
final class CallerPrivacy {

    /// What stands in From where a caller withholds its number (RFC 3323 §4.1.1.3, TTC JJ-90.24).
    private static final Set<String> WITHHELD = Set.of("anonymous", "unavailable", "restricted", "unknown");

    /// Each of them asks that the caller's identity be kept from the callee.
    private static final List<String> ASKING = List.of("id", "user", "header");

    private CallerPrivacy() {}

    /// Why the caller's number is to be kept from everybody; null where it may be shown. `none` says that it may, and
    /// a From that names nobody that it may not, whatever else asserts one.
    static @Nullable Anonymity of(WireMessage invite) throws MessageFault {
        Set<String> asked = asked(invite);
        boolean withheld = ASKING.stream().anyMatch(asked::contains)
                || isWithheld(invite.from().uri());
        return withheld && !asked.contains("none") ? reason(invite) : null;
    }

    /// Whether anything in it asks that the caller's identity be kept, whatever else says that it may be shown.
    static boolean isAsked(WireMessage invite) throws MessageFault {
        boolean remote = invite.elementTexts("remote-party-id").stream()
                .map(element -> element.toLowerCase(Locale.ROOT))
                .anyMatch(element -> element.contains("privacy=") && !element.contains("privacy=off"));
        return remote
                || ASKING.stream().anyMatch(asked(invite)::contains)
                || isWithheld(invite.from().uri());
    }

    /// Whether an identity that somebody vouches for must not leave the trust domain (RFC 3325 §7).
    static boolean hidesAsserted(WireMessage message) {
        return asked(message).contains("id");
    }

    /// Whether a From names nobody.
    static boolean isWithheld(String uri) {
        SipUri sip = SipUri.parse(uri);
        return sip != null
                && (sip.user().isEmpty()
                        || sip.host().endsWith(".invalid")
                        || WITHHELD.contains(sip.user().toLowerCase(Locale.ROOT)));
    }

    /// TTC JJ-90.22: the display name of From says it.
    private static Anonymity reason(WireMessage invite) throws MessageFault {
        return switch (invite.from().display().toLowerCase(Locale.ROOT)) {
            case "anonymous" -> Anonymity.REFUSED;
            case "coin line/payphone" -> Anonymity.PAYPHONE;
            case "interaction with other service" -> Anonymity.SERVICE_CONFLICT;
            case "unavailable" -> Anonymity.OUT_OF_AREA;
            default -> Anonymity.UNSTATED;
        };
    }

    /// Values stand between semicolons (RFC 3323 §4.2); some write commas.
    private static Set<String> asked(WireMessage message) {
        Set<String> asked = new HashSet<>();
        for (String element : message.elementTexts("privacy")) {
            for (String value : element.toLowerCase(Locale.ROOT).split(";", -1)) {
                asked.add(value.strip());
            }
        }
        return asked;
    }
}
