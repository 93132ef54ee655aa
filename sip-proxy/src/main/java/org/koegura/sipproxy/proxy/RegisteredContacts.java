package org.koegura.sipproxy.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.ContactTokens;
import org.koegura.sipproxy.routing.ContactTokens.Registered;
import org.koegura.sipproxy.routing.Flows;
import org.koegura.sipproxy.routing.Mark;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.SipMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a registrar learns that calls to a telephone pass us: by our Path (RFC 3327), or, where it keeps none, by a
/// Contact of ours in the place of the telephone's own (trap 32); and over which connection they reach it (RFC 5626).
///
/// Safe from any thread.
final class RegisteredContacts {

    private static final Logger LOG = LoggerFactory.getLogger(RegisteredContacts.class);

    private static final Set<String> SIP = Set.of("sip", "sips");

    private final ContactTokens tokens;
    private final Flows flows;
    private final RouteMarks marks;
    private final OwnAddress own;
    private final Neighbours neighbours;
    private final @Nullable Networks withoutPath;
    private final SipMeters meters;
    private final AtomicBoolean said = new AtomicBoolean();

    /// @param withoutPath registrars that keep no Path; null for none
    RegisteredContacts(
            ContactTokens tokens,
            Flows flows,
            RouteMarks marks,
            OwnAddress own,
            Neighbours neighbours,
            @Nullable Networks withoutPath,
            SipMeters meters) {
        this.tokens = tokens;
        this.flows = flows;
        this.marks = marks;
        this.own = own;
        this.neighbours = neighbours;
        this.withoutPath = withoutPath;
        this.meters = meters;
    }

    /// Whether a registrar is set to get Contacts of ours.
    boolean isGivenTo(Hop registrar) {
        return withoutPath != null && withoutPath.contain(registrar.address().getAddress());
    }

    /// Makes of a REGISTER the one that goes on.
    ///
    /// @param from whom it came from
    /// @param registrar whom it goes to
    void edit(WireMessage register, ProxyEdits edits, Hop from, Hop registrar) throws MessageFault {
        if (isGivenTo(registrar) && standsIn(register, edits, registrar)) {
            return;
        }
        boolean direct = isDirect(register, from);
        String flow = direct ? flows.ofTelephone(from) : null;
        Mark mark = Mark.ofPath(
                marks.telephone(register),
                flow,
                flow != null && hasOtherFlows(register),
                flows.triesOthers(registrar.address().getAddress()));
        own.routes(mark, from, registrar).forEach(uri -> edits.pushAddress("Path", uri));
    }

    /// Whether nobody stands between us and the telephone: else its messages do not go down its own connection.
    private boolean isDirect(WireMessage request, Hop from) throws MessageFault {
        return request.vias().size() == 1 && !neighbours.isNeighbour(from);
    }

    /// RFC 5626 §5.1: it asks for outbound, and says which of its flows this is.
    private static boolean hasOtherFlows(WireMessage register) {
        return register.elementTexts("supported").stream().anyMatch("outbound"::equalsIgnoreCase)
                && contacts(register).stream()
                        .anyMatch(contact -> !regId(contact).isEmpty());
    }

    /// @return false where a Contact of ours would be longer than registrars keep: then all stay as they are
    /// @throws MessageFault a Contact cannot be read: what the registrar made of it, calls would go to past us
    private boolean standsIn(WireMessage register, ProxyEdits edits, Hop registrar) throws MessageFault {
        if (isWildcard(register)) {
            return true;
        }
        List<NameAddress> contacts = new ArrayList<>();
        for (NameAddress contact : readable(register)) {
            if (SipUri.parse(contact.uri()) != null) {
                contacts.add(contact);
            } else if (SIP.contains(SipUri.schemeOf(contact.uri()))) {
                throw unreadable();
            }
        }
        List<@Nullable String> ours = new ArrayList<>();
        for (NameAddress contact : contacts) {
            ours.add(standIn(register, contact, registrar));
        }
        if (ours.contains(null)) {
            meters.contactTooLong();
            if (said.compareAndSet(false, true)) { // once: telephones register every few minutes
                LOG.warn(
                        "sip.contact.too.long registrar={} next=\"have it keep Path (RFC 3327)\"", registrar.address());
            }
            return false;
        }
        for (int i = 0; i < contacts.size(); i++) {
            edits.replaceUri(contacts.get(i), Objects.requireNonNull(ours.get(i)));
        }
        return true;
    }

    /// A Contact that is one of ours already stays: a telephone may take back what it saw of another.
    private @Nullable String standIn(WireMessage register, NameAddress contact, Hop registrar) throws MessageFault {
        if (registered(contact) != null) {
            return contact.uri();
        }
        return tokens.write(new Registered(binding(register, contact), contact.uri()), own, registrar);
    }

    private String binding(WireMessage register, NameAddress contact) throws MessageFault {
        return tokens.name(SipUri.addressOfRecord(register.to().uri()), contact.uri(), regId(contact));
    }

    private static String regId(NameAddress contact) {
        return Objects.requireNonNullElse(contact.parameters().value("reg-id"), "");
    }

    private static boolean isWildcard(WireMessage register) {
        return register.elementTexts("contact").equals(List.of("*"));
    }

    private static List<NameAddress> readable(WireMessage register) throws MessageFault {
        try {
            return register.addresses("contact");
        } catch (MessageFault _) {
            throw unreadable();
        }
    }

    private static MessageFault unreadable() {
        return new MessageFault(400, MessageFault.Reason.HEADER, "Unreadable Contact");
    }

    /// None where they cannot be read, or where it is `*`.
    private static List<NameAddress> contacts(WireMessage message) {
        try {
            return message.addresses("contact");
        } catch (MessageFault unreadable) {
            return List.of();
        }
    }

    private @Nullable Registered registered(NameAddress contact) {
        SipUri uri = SipUri.parse(contact.uri());
        return uri == null ? null : tokens.read(uri);
    }

    /// A response to a REGISTER with each Contact of ours as the telephone wrote it; the same object where there is
    /// none. Those that never passed us stay as they are.
    WireMessage restored(WireMessage response) {
        ProxyEdits edits = new ProxyEdits(response);
        boolean any = false;
        for (NameAddress contact : contacts(response)) {
            Registered registered = registered(contact);
            if (registered != null) {
                edits.replaceUri(contact, registered.uri());
                any = true;
            }
        }
        return any ? edits.render() : response;
    }

    /// A registrar confirmed a REGISTER. Whether it knows of outbound it says itself, but only to who asks for that
    /// (RFC 5626 §6). From now on that connection is the one to its telephone. One that we set alone is
    /// believed: whoever answers its own REGISTER could else take the calls of another's Contact.
    void confirmed(WireMessage register, WireMessage response, Hop telephone, Hop registrar) throws MessageFault {
        boolean outbound = response.elementTexts("require").stream().anyMatch("outbound"::equalsIgnoreCase);
        boolean binds = !contacts(response).isEmpty();
        if (outbound || (binds && hasOtherFlows(register))) {
            flows.outbound(registrar.address().getAddress(), outbound);
        }
        if (!isGivenTo(registrar) || !isDirect(register, telephone)) {
            return;
        }
        for (NameAddress contact : contacts(register)) {
            flows.confirmed(binding(register, contact), telephone);
        }
    }

    /// What a dialog that begins says of the connections of its parties.
    ///
    /// @param callee the connection that it goes down to its callee; null where it goes to an address
    /// @return null where neither has one
    @Nullable
    String flows(WireMessage request, Hop from, @Nullable Hop callee) throws MessageFault {
        String one = isDirect(request, from) ? flows.ofParty(from, true, request) : null;
        String other = callee == null ? null : flows.ofParty(callee, false, request);
        return one == null ? other : other == null ? one : one + "." + other;
    }
}
