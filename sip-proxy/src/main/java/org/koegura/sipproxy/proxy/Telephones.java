package org.koegura.sipproxy.proxy;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.NameAddress;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.message.WireMessage;

/// The telephones that registered through us with the registrar or PBX, for as long as that said (RFC 3261
/// §10.3). A telephone is an address together with the address-of-record that it registered there: one
/// machine may hold telephones and something else besides.
///
/// Learnt anew after a start. Safe from any thread.
final class Telephones {

    /// Far more than a city has; forgets the one that was confirmed longest ago.
    static final int TELEPHONES_MAX = 16_384;

    /// Where nobody says how long a registration lasts (RFC 3261 §10.2).
    private static final long EXPIRES_SECONDS_USUAL = 3_600;

    private static final long EXPIRES_SECONDS_MAX = Duration.ofDays(1).toSeconds();

    private static final List<String> CLAIMS = List.of("p-preferred-identity", "p-asserted-identity");

    private final LinkedHashMap<Binding, Instant> until = new LinkedHashMap<>(); // the youngest stands last
    private final Map<InetAddress, Set<Binding>> byAddress = new HashMap<>();
    private final int most;
    private final Runnable forgotten;
    private final Clock clock;

    /// @param forgotten told of each telephone that is forgotten for want of room
    Telephones(int most, Runnable forgotten, Clock clock) {
        this.most = most;
        this.forgotten = forgotten;
        this.clock = clock;
    }

    /// @param contact as the telephone wrote it, without its parameters
    private record Binding(InetAddress address, String addressOfRecord, String contact) {}

    /// The registrar said 2xx to a REGISTER. Only the Contacts of that REGISTER are this telephone's own: the
    /// response lists those of everybody else with the same address-of-record too.
    ///
    /// @param address where the REGISTER came from
    synchronized void confirmed(WireMessage register, WireMessage response, InetAddress address) {
        try {
            note(register, response, address);
        } catch (MessageFault unreadable) {
            // it passes to the telephone all the same; who can be told apart by nothing stays unknown
        }
    }

    private void note(WireMessage register, WireMessage response, InetAddress address) throws MessageFault {
        String addressOfRecord = SipUri.addressOfRecord(register.to().uri());
        if (register.elementTexts("contact").equals(List.of("*"))) {
            removeAll(address, addressOfRecord);
            return;
        }
        List<NameAddress> bound = response.addresses("contact");
        for (NameAddress own : register.addresses("contact")) {
            Binding binding = new Binding(address, addressOfRecord, place(own));
            remove(binding);
            long seconds = granted(own, register, bound, response);
            if (seconds > 0) {
                add(binding, clock.instant().plusSeconds(seconds));
            }
        }
    }

    /// How long one binding lasts; 0 where it ends.
    private static long granted(NameAddress own, WireMessage register, List<NameAddress> bound, WireMessage response) {
        long asked = seconds(own, register, EXPIRES_SECONDS_USUAL);
        if (asked == 0 || bound.isEmpty()) {
            return 0;
        }
        String place = place(own);
        long granted = bound.stream()
                .filter(contact -> place(contact).equals(place))
                .mapToLong(contact -> seconds(contact, response, asked))
                .max()
                .orElseGet(() -> bound.stream() // one that the registrar writes otherwise: not longer than any
                        .mapToLong(contact -> seconds(contact, response, asked))
                        .min()
                        .orElse(0));
        return Math.min(granted, EXPIRES_SECONDS_MAX);
    }

    /// What a Contact says, else the header, else the usual.
    private static long seconds(NameAddress contact, WireMessage message, long usual) {
        long header = seconds(message.valueOrEmpty("expires"), usual);
        return seconds(contact.parameters().value("expires"), header);
    }

    private static long seconds(@Nullable String text, long usual) {
        return text != null && text.matches("[0-9]{1,10}") ? Long.parseLong(text) : usual;
    }

    /// User, host and port: what a registrar gives back as it came, whatever it does to parameters.
    private static String place(NameAddress contact) {
        return place(contact.uri());
    }

    private static String place(String contact) {
        SipUri uri = SipUri.parse(contact);
        return uri == null ? contact : uri.user() + "@" + uri.host() + ":" + uri.port();
    }

    private void add(Binding binding, Instant end) {
        until.put(binding, end);
        byAddress.computeIfAbsent(binding.address(), _ -> new HashSet<>()).add(binding);
        if (until.size() > most) {
            remove(until.firstEntry().getKey());
            forgotten.run();
        }
    }

    private void remove(Binding binding) {
        if (until.remove(binding) == null) {
            return;
        }
        Set<Binding> there = byAddress.getOrDefault(binding.address(), Set.of());
        if (there.remove(binding) && there.isEmpty()) {
            byAddress.remove(binding.address());
        }
    }

    private void removeAll(InetAddress address, String addressOfRecord) {
        List<Binding> ended = new ArrayList<>(byAddress.getOrDefault(address, Set.of()));
        ended.removeIf(binding -> !binding.addressOfRecord().equals(addressOfRecord));
        ended.forEach(this::remove);
    }

    /// How many there are.
    synchronized int count() {
        return until.size();
    }

    /// Whether any telephone is registered at an address.
    boolean isAt(InetAddress address) {
        return any(address, _ -> true);
    }

    /// Whether one is registered at an address under that address-of-record.
    boolean isOne(String addressOfRecord, InetAddress address) {
        return any(address, binding -> binding.addressOfRecord().equals(addressOfRecord));
    }

    /// The one address-of-record that is registered at an address with the Contact to which a request goes; null where
    /// there is none, and where there are several and To names none of them.
    ///
    /// @param request as routed
    @Nullable
    String registeredAt(WireMessage request, InetAddress address) throws MessageFault {
        String place = place(request.request().uri());
        Set<String> there = new HashSet<>();
        boolean _ = any(address, binding -> binding.contact().equals(place) && there.add(binding.addressOfRecord()));
        String named = SipUri.addressOfRecord(request.to().uri());
        return there.contains(named)
                ? named
                : there.size() == 1 ? there.iterator().next() : null;
    }

    /// Whether a request comes from one: from its address, under an identity that is registered there. An
    /// identity is claimed in From, or for a network that asserts it (RFC 3325).
    boolean isSender(WireMessage request, InetAddress address) throws MessageFault {
        if (!isAt(address)) {
            return false;
        }
        Set<String> claimed =
                new HashSet<>(Set.of(SipUri.addressOfRecord(request.from().uri())));
        for (String header : CLAIMS) {
            claimed.addAll(claims(request, header));
        }
        return any(address, binding -> claimed.contains(binding.addressOfRecord()));
    }

    /// One that cannot be read is none.
    private static List<String> claims(WireMessage request, String header) {
        try {
            return request.addresses(header).stream()
                    .map(claim -> SipUri.addressOfRecord(claim.uri()))
                    .toList();
        } catch (MessageFault unreadable) {
            return List.of();
        }
    }

    private synchronized boolean any(InetAddress address, Predicate<Binding> which) {
        Instant now = clock.instant();
        Iterator<Binding> there =
                List.copyOf(byAddress.getOrDefault(address, Set.of())).iterator();
        boolean found = false;
        while (there.hasNext()) {
            Binding binding = there.next();
            if (!now.isBefore(until.getOrDefault(binding, Instant.MIN))) {
                remove(binding);
            } else {
                found |= which.test(binding);
            }
        }
        return found;
    }
}
