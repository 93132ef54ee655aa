package org.koegura.sipproxy.proxy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.koegura.sipproxy.message.MessageFault;
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

    private final Set<Hop> known = Collections.newSetFromMap(bounded(REGISTRARS_MAX));
    private final Set<Hop> warned = Collections.newSetFromMap(bounded(REGISTRARS_MAX));
    private final Set<Hop> elsewhere = Collections.newSetFromMap(bounded(REGISTRARS_MAX));
    private final Telephones telephones;
    private final RegisteredContacts contacts;
    private final OwnAddress own;
    private final SipMeters meters;
    private final Neighbours neighbours;

    /// Which way a REGISTER and its response took.
    ///
    /// @param telephone whom the REGISTER came from
    /// @param registrar whom it was sent to
    /// @param answerer whom the response came from
    record Way(Hop telephone, Hop registrar, Hop answerer) {}

    /// @param neighbours of whom upstream counts as one from the start
    /// @param telephones learn from what upstream confirms
    Registrars(
            OwnAddress own,
            SipMeters meters,
            Neighbours neighbours,
            Telephones telephones,
            RegisteredContacts contacts) {
        this.own = own;
        this.meters = meters;
        this.neighbours = neighbours;
        this.telephones = telephones;
        this.contacts = contacts;
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }

    /// A 2xx to a REGISTER passes. Where a binding stands without our Path or Contact, calls to that telephone
    /// would pass us by, unrecorded and unannounced: that is counted and said.
    ///
    /// It is believed where it came from the address that the REGISTER was sent to: who else says so may have
    /// seen the request somewhere on its way.
    void confirmed(WireMessage register, WireMessage response, Way way) throws MessageFault {
        Hop registrar = way.registrar();
        if (!way.answerer().address().getAddress().equals(registrar.address().getAddress())) {
            if (elsewhere.add(registrar)) { // once: it may answer every telephone so
                LOG.warn(
                        "sip.registration.unbelieved registrar={} next=\"let it answer from where it is asked\"",
                        registrar.address());
            }
            return;
        }
        known.remove(registrar); // the youngest stands last
        known.add(registrar);
        contacts.confirmed(register, way.telephone(), registrar);
        WireMessage told = contacts.restored(response);
        if (neighbours.isUpstream(registrar)) {
            telephones.confirmed(register, told, way.telephone().address().getAddress());
        }
        List<String> bindings = response.elementTexts("contact");
        if (bindings.isEmpty()) {
            return;
        }
        if (told != response || response.elementTexts("path").stream().anyMatch(path -> own.isInPath(path))) {
            warned.remove(registrar);
            return;
        }
        meters.registeredWithoutPath();
        if (warned.add(registrar)) { // once: telephones register every few minutes
            LOG.warn(
                    "sip.registered.without.path registrar={} next=\"where its calls do not arrive here, name it in sip.path-contact\"",
                    registrar.address());
        }
    }

    /// Whether it confirmed registrations, or is set as the registrar.
    boolean isOne(Hop source) {
        return neighbours.isUpstream(source) || known.contains(source);
    }
}
