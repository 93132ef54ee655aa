package org.koegura.sipproxy.proxy;

import java.net.InetAddress;
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

/// Who confirms registrations, whose they are, and whether our Path is kept (RFC 3327, trap 32).
///
/// Anybody can answer a REGISTER. So the one that is set is a registrar in all that it sends; one that was learnt is
/// a registrar only to those who registered with it, from where they did (ADR 31). Safe from any thread.
final class Registrars {

    private static final Logger LOG = LoggerFactory.getLogger(Registrars.class);

    /// Far more than a city has; forgets the oldest.
    private static final int REGISTRARS_MAX = 256;

    private final Set<Hop> known;
    private final Set<Hop> warned;
    private final Set<Hop> elsewhere;
    private final Set<Served> served;
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

    /// Somebody registered from an address with a registrar that was learnt.
    private record Served(Hop registrar, InetAddress telephone) {}

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
        this.known = bounded(REGISTRARS_MAX);
        this.warned = bounded(REGISTRARS_MAX);
        this.elsewhere = bounded(REGISTRARS_MAX);
        this.served = bounded(Telephones.TELEPHONES_MAX);
    }

    /// Whoever is added again is the youngest again.
    private <K> Set<K> bounded(int most) {
        return Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Boolean> eldest) {
                boolean full = size() > most;
                if (full) {
                    meters.registrarForgotten();
                }
                return full;
            }
        }));
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
        learn(registrar, way.telephone().address().getAddress());
        contacts.confirmed(register, response, way.telephone(), registrar);
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

    /// Beside the trunk nobody is learnt: there the PBX is the registrar, and whoever else says so is a stranger.
    private void learn(Hop registrar, InetAddress telephone) {
        if (neighbours.isTrunkSide() || neighbours.isUpstream(registrar)) {
            return;
        }
        known.add(registrar);
        served.add(new Served(registrar, telephone));
    }

    /// Whether it confirmed registrations, or is set as the registrar.
    boolean isOne(Hop hop) {
        return neighbours.isUpstream(hop) || known.contains(hop);
    }

    /// Whether it is the registrar of whoever is there: the one that is set is everybody's.
    boolean serves(Hop source, Hop telephone) {
        return neighbours.isUpstream(source)
                || served.contains(new Served(source, telephone.address().getAddress()));
    }
}
