package org.koegura.sipproxy.proxy;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.SipMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who confirms registrations, whose they are, and whether our Path is kept (RFC 3327, trap 32). Safe
/// from any thread.
final class Registrars {

    private static final Logger LOG = LoggerFactory.getLogger(Registrars.class);

    /// Far more than a city has; forgets the oldest.
    private static final int REGISTRARS_MAX = 256;

    /// Likewise.
    private static final int TELEPHONES_MAX = 16_384;

    private static final Pattern EXPIRES = Pattern.compile("(?i);\\s*expires\\s*=\\s*(\\d{1,9})");

    /// Where nobody says how long a registration lasts (RFC 3261 §10.2).
    private static final long EXPIRES_SECONDS_USUAL = 3_600;

    private static final long EXPIRES_SECONDS_MAX = Duration.ofDays(1).toSeconds();

    private final Set<Hop> known = Collections.newSetFromMap(bounded(REGISTRARS_MAX));
    private final Set<Hop> warned = Collections.newSetFromMap(bounded(REGISTRARS_MAX));
    private final Set<Hop> elsewhere = Collections.newSetFromMap(bounded(REGISTRARS_MAX));
    private final Map<InetAddress, Instant> telephones = bounded(TELEPHONES_MAX);
    private final OwnAddress own;
    private final SipMeters meters;
    private final Neighbours neighbours;
    private final Clock clock;

    /// @param neighbours of whom upstream counts as one from the start
    Registrars(OwnAddress own, SipMeters meters, Neighbours neighbours, Clock clock) {
        this.own = own;
        this.meters = meters;
        this.neighbours = neighbours;
        this.clock = clock;
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }

    /// A 2xx to a REGISTER passes. Where a binding stands without our Path, calls to that telephone
    /// would pass us by, unrecorded and unannounced: that is counted and said.
    ///
    /// It is believed where it came from the address that the REGISTER was sent to: who else says so may have
    /// seen the request somewhere on its way.
    ///
    /// @param registrar whom the REGISTER was sent to
    /// @param answerer whom the response came from
    /// @param telephone whom the REGISTER came from
    void confirmed(WireMessage response, Hop registrar, Hop answerer, Hop telephone) {
        if (!answerer.address().getAddress().equals(registrar.address().getAddress())) {
            if (elsewhere.add(registrar)) { // once: it may answer every telephone so
                LOG.warn(
                        "sip.registration.unbelieved registrar={} next=\"let it answer from where it is asked\"",
                        registrar.address());
            }
            return;
        }
        known.add(registrar);
        List<String> bindings = response.elementTexts("contact");
        if (bindings.isEmpty()) {
            return;
        }
        if (neighbours.isUpstream(registrar)) {
            telephones.remove(telephone.address().getAddress()); // the youngest stands last
            telephones.put(
                    telephone.address().getAddress(),
                    clock.instant().plusSeconds(seconds(bindings, response.valueOrEmpty("expires"))));
        }
        if (response.elementTexts("path").stream().anyMatch(path -> own.isInPath(path))) {
            warned.remove(registrar);
            return;
        }
        meters.registeredWithoutPath();
        if (warned.add(registrar)) { // once: telephones register every few minutes
            LOG.warn(
                    "sip.registered.without.path registrar={} next=\"see that it keeps Path (RFC 3327)\"",
                    registrar.address());
        }
    }

    /// How long the longest of these bindings lasts (RFC 3261 §10.3, item 8).
    private static long seconds(List<String> bindings, String expires) {
        long usual = expires.matches("\\d{1,9}") ? Long.parseLong(expires) : EXPIRES_SECONDS_USUAL;
        long longest = bindings.stream()
                .map(EXPIRES::matcher)
                .mapToLong(own -> own.find() ? Long.parseLong(own.group(1)) : usual)
                .max()
                .orElse(usual);
        return Math.min(longest, EXPIRES_SECONDS_MAX);
    }

    boolean isOne(Hop source) {
        return neighbours.isUpstream(source) || known.contains(source);
    }

    /// Whether a telephone at that address registered through us with the PBX, and the PBX let it.
    /// Learnt anew after a start; until then it is a stranger.
    boolean isTelephone(Hop source) {
        Instant until = telephones.get(source.address().getAddress());
        return until != null && clock.instant().isBefore(until);
    }
}
