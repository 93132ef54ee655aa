package org.koegura.sipproxy.routing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.transport.Hop;

/// Our address in the place of a telephone's Contact, for registrars that keep no Path (trap 32). The Contact itself is
/// in it, so that nothing need be remembered, and a restart changes nothing.
///
/// ```
/// sip:koegura-<base64url>@our-host:port
///              8 octets proof ‖ 8 octets name of the binding ‖ the URI of the Contact
/// ```
///
/// The same binding always gives the same URI, over whatever connection: a registrar takes a refresh for what it is.
/// Safe from any thread.
public final class ContactTokens {

    /// What registrars keep of a URI: Kamailio's tables 255 octets. A longer one is not made.
    static final int URI_OCTETS_MAX = 255;

    private static final String PREFIX = "koegura-";
    private static final int PROOF_BYTES = 8;
    private static final int NAME_BYTES = 8;

    private final Secret secret;

    public ContactTokens(Secret secret) {
        this.secret = secret;
    }

    /// What stands in a token.
    ///
    /// @param name of the binding, as [#name] gives it
    /// @param uri of the Contact, as the telephone wrote it
    public record Registered(String name, String uri) {}

    /// Names a binding: which telephone line is reached at which Contact, and by which of its flows.
    ///
    /// @param regId of the Contact (RFC 5626 §4.2); empty where it has none
    public String name(String addressOfRecord, String contact, String regId) {
        return secret.name(NAME_BYTES, "binding", addressOfRecord, contact, regId);
    }

    /// The URI that a registrar is given.
    ///
    /// @return null where it would be too long
    public @Nullable String write(Registered registered, OwnAddress own, Hop registrar) {
        byte[] contact = registered.uri().getBytes(StandardCharsets.ISO_8859_1);
        byte[] token = new byte[PROOF_BYTES + NAME_BYTES + contact.length];
        HexFormat hex = HexFormat.of();
        System.arraycopy(hex.parseHex(proof(registered)), 0, token, 0, PROOF_BYTES);
        System.arraycopy(hex.parseHex(registered.name()), 0, token, PROOF_BYTES, NAME_BYTES);
        System.arraycopy(contact, 0, token, PROOF_BYTES + NAME_BYTES, contact.length);
        String user = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        String uri = own.contact(user, registrar);
        return uri.length() > URI_OCTETS_MAX ? null : uri;
    }

    /// Whether a URI has the form of one; it need not be true.
    public boolean isOne(SipUri uri) {
        return uri.user().startsWith(PREFIX);
    }

    /// What stands in a token.
    ///
    /// @return null where it is none that we made
    public @Nullable Registered read(SipUri uri) {
        if (!isOne(uri) || uri.user().length() > URI_OCTETS_MAX) {
            return null;
        }
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(uri.user().substring(PREFIX.length()));
        } catch (IllegalArgumentException other) {
            return null;
        }
        int head = PROOF_BYTES + NAME_BYTES;
        if (token.length <= head) {
            return null;
        }
        Registered registered = new Registered(
                HexFormat.of().formatHex(token, PROOF_BYTES, head),
                new String(token, head, token.length - head, StandardCharsets.ISO_8859_1));
        byte[] proof = HexFormat.of().parseHex(proof(registered));
        return MessageDigest.isEqual(proof, Arrays.copyOf(token, PROOF_BYTES)) ? registered : null;
    }

    private String proof(Registered registered) {
        return secret.name(PROOF_BYTES, "contact", registered.name(), registered.uri());
    }
}
