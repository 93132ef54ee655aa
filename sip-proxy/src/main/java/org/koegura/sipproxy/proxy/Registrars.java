package org.koegura.sipproxy.proxy;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.SipMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who confirms registrations, and whether they keep our Path (RFC 3327, trap 32). Safe from any thread.
final class Registrars {

    private static final Logger LOG = LoggerFactory.getLogger(Registrars.class);

    /// Far more than a city has; forgets the oldest.
    private static final int REGISTRARS_MAX = 256;

    private final Set<InetSocketAddress> known = bounded();
    private final Set<InetSocketAddress> warned = bounded();
    private final OwnAddress own;
    private final SipMeters meters;
    private final @Nullable InetSocketAddress upstream;

    /// @param upstream counts as one from the start; null where there is none
    Registrars(OwnAddress own, SipMeters meters, @Nullable InetSocketAddress upstream) {
        this.own = own;
        this.meters = meters;
        this.upstream = upstream;
    }

    private static Set<InetSocketAddress> bounded() {
        return Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Boolean> eldest) {
                return size() > REGISTRARS_MAX;
            }
        }));
    }

    /// A 2xx to a REGISTER passes. Where a binding stands without our Path, calls to that telephone would pass us by,
    /// unrecorded and unannounced: that is counted and said.
    void confirmed(WireMessage response, InetSocketAddress registrar) {
        known.add(registrar);
        boolean bound = !response.elementTexts("contact").isEmpty();
        boolean kept = response.elementTexts("path").stream().anyMatch(path -> path.contains(own.path()));
        if (bound && !kept) {
            meters.registeredWithoutPath();
            if (warned.add(registrar)) { // once: telephones register every few minutes
                LOG.warn(
                        "sip.registered.without.path registrar={} next=\"see that it keeps Path (RFC 3327)\"",
                        registrar);
            }
        } else if (bound) {
            warned.remove(registrar);
        }
    }

    boolean isOne(InetSocketAddress source) {
        return source.equals(upstream) || known.contains(source);
    }
}
