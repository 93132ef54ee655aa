package org.koegura.sipproxy.proxy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.ContactTokens;
import org.koegura.sipproxy.routing.Mark;

/// What our URIs in Record-Route and Path say, in words that only we can write: who brings one back got it
/// from us, before a restart or after it. Nothing is remembered for that.
///
/// ```
/// passage    16 digits: its name    16 digits: proof over name and Call-ID
/// telephone  16 digits for each Contact of the REGISTER, over its host and port, with dots between
/// ```
///
/// Safe from any thread.
final class RouteMarks {

    private static final int BYTES = 8;
    private static final int NAME_DIGITS = 2 * BYTES;

    /// Contacts of one REGISTER that calls may come back for; a telephone has one.
    private static final int CONTACTS_MAX = 4;

    private static final int SIP_PORT = 5060;

    private final Secret secret;
    private final ContactTokens contacts;

    RouteMarks(Secret secret) {
        this.secret = secret;
        this.contacts = new ContactTokens(secret);
    }

    /// Names the passage of a call: 64 random bits, and their proof.
    String passage(String callId, RandomGenerator random) {
        byte[] bits = new byte[BYTES];
        random.nextBytes(bits);
        return proven(HexFormat.of().formatHex(bits), callId);
    }

    /// Marks a dialog that is no call: a subscription, say.
    String dialog(String callId) {
        return proven(secret.name(BYTES, "dialog", callId), callId);
    }

    private String proven(String name, String callId) {
        return name + secret.name(BYTES, "passage", name, callId);
    }

    /// Marks the Path of a REGISTER.
    String telephone(WireMessage register) {
        List<NameAddress> contacts;
        try {
            contacts = register.addresses("contact");
        } catch (MessageFault all) { // `*`, or none that can be read: nobody comes back for it
            contacts = List.of();
        }
        return contacts.isEmpty()
                ? secret.name(BYTES, "telephone", "")
                : contacts.stream()
                        .limit(CONTACTS_MAX)
                        .map(contact -> proof(contact.uri()))
                        .collect(Collectors.joining("."));
    }

    private String proof(String contact) {
        SipUri uri = SipUri.parse(contact);
        String where = uri == null ? contact : uri.host() + ":" + (uri.port() < 0 ? SIP_PORT : uri.port());
        return secret.name(BYTES, "telephone", where);
    }

    /// Whether a request came by the Path of a telephone that registered through us, or to a Contact of ours that
    /// stood for it: then its Request-URI is that telephone's Contact.
    ///
    /// @param request as routed
    boolean isForTelephone(Mark mark, WireMessage request) {
        String proofs = mark.telephone();
        return mark.binding() != null
                || (proofs != null
                        && Arrays.asList(proofs.split("\\.", -1))
                                .contains(proof(request.request().uri())));
    }

    /// Whether a request belongs to a dialog that began through us.
    boolean isInDialog(Mark mark, WireMessage request) throws MessageFault {
        String passage = mark.passage();
        return passage != null
                && passage.length() > NAME_DIGITS
                && !request.to().tag().isEmpty()
                && passage.equals(proven(passage.substring(0, NAME_DIGITS), request.callId()));
    }

    /// Whether a request, as it came, brings back a mark of either kind, or a Contact of ours.
    boolean vouchFor(WireMessage request) throws MessageFault {
        List<NameAddress> routes = request.addresses("route");
        String uri = request.request().uri();
        SipUri target = SipUri.parse(uri);
        return (target != null && contacts.read(target) != null)
                || bringsBack(routes.isEmpty() ? null : routes.getFirst().uri(), request)
                || (!routes.isEmpty() && bringsBack(uri, request)); // as a strict router sends it (RFC 3261 §16.4)
    }

    private boolean bringsBack(@Nullable String uri, WireMessage request) throws MessageFault {
        SipUri route = uri == null ? null : SipUri.parse(uri);
        if (route == null) {
            return false;
        }
        Mark mark = Mark.of(route);
        return isInDialog(mark, request) || isForTelephone(mark, request);
    }
}
