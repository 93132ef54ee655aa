package org.koegura.sipproxy.proxy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.SipMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who confirms registrations, and whether they keep our Path (RFC 3327, trap 32). Safe from any thread.
final class Registrars {

    private static final Logger LOG = LoggerFactory.getLogger(Registrars.class);

    /// Far more than a city has; forgets the oldest.
    private static final int REGISTRARS_MAX = 256;

    private final Set<Hop> known = bounded();
    private final Set<Hop> warned = bounded();
    private final OwnAddress own;
    private final SipMeters meters;
    private final Neighbours neighbours;

    /// @param neighbours of whom upstream counts as one from the start
    Registrars(OwnAddress own, SipMeters meters, Neighbours neighbours) {
        this.own = own;
        this.meters = meters;
        this.neighbours = neighbours;
    }

    private static Set<Hop> bounded() {
        return Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Hop, Boolean> eldest) {
                return size() > REGISTRARS_MAX;
            }
        }));
    }

    /// A 2xx to a REGISTER passes. Where a binding stands without our Path, calls to that telephone would pass us by,
    /// unrecorded and unannounced: that is counted and said.
    void confirmed(WireMessage response, Hop registrar) {
        known.add(registrar);
        boolean bound = !response.elementTexts("contact").isEmpty();
        boolean kept = response.elementTexts("path").stream().anyMatch(path -> own.isInPath(path));
        if (bound && !kept) {
            meters.registeredWithoutPath();
            if (warned.add(registrar)) { // once: telephones register every few minutes
                LOG.warn(
                        "sip.registered.without.path registrar={} next=\"see that it keeps Path (RFC 3327)\"",
                        registrar.address());
            }
        } else if (bound) {
            warned.remove(registrar);
        }
    }

    boolean isOne(Hop source) {
        return neighbours.isUpstream(source) || known.contains(source);
    }
}
