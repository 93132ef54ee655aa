package org.koegura.server.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.routing.EarlyProof;
import org.koegura.sipproxy.transport.Protocol;

/// What was chosen, key by key: an option outranks the file, the file outranks the default. Immutable.
///
/// @param fileName as faults call the file
/// @param file texts that their keys can read
/// @param schedules the file's entries of [LineKeys#SCHEDULES], likewise
/// @param lines the file's entries of [LineKeys#LINES], likewise
/// @param options likewise
public record Chosen(
        String fileName,
        Map<Key<?>, ConfigFile.Given> file,
        List<Map<Key<?>, String>> schedules,
        List<Map<Key<?>, String>> lines,
        Map<Key<?>, String> options) {

    private static final String ANYWHERE = "0.0.0.0";

    public Chosen {
        file = Map.copyOf(file);
        schedules = List.copyOf(schedules);
        lines = List.copyOf(lines);
        options = Map.copyOf(options);
    }

    /// What a file says, if it says no more than keys.
    public Chosen(String fileName, Map<Key<?>, ConfigFile.Given> file, Map<Key<?>, String> options) {
        this(fileName, file, List.of(), List.of(), options);
    }

    /// All that a file says.
    ///
    /// @param read without problems
    public static Chosen of(String fileName, ConfigFile read, Map<Key<?>, String> options) {
        return new Chosen(fileName, read.given(), read.schedules(), read.lines(), options);
    }

    /// The value of a field of an entry; its default where the entry leaves it out.
    static <T> T need(Map<Key<?>, String> entry, Key<T> field) {
        String text = entry.getOrDefault(field, field.standard());
        return Objects.requireNonNull(text == null ? null : field.read(text), field.path());
    }

    /// The value of a key; null where nothing was chosen and there is no default.
    <T> @Nullable T get(Key<T> key) {
        String text = text(key);
        return text == null ? null : key.read(text);
    }

    /// The value of a key that has a default.
    <T> T need(Key<T> key) {
        return Objects.requireNonNull(get(key), key.path());
    }

    /// What is right by itself and impossible together, each in one line that names what was written, not the default
    /// that it collides with.
    public List<String> conflicts() {
        List<String> conflicts = new ArrayList<>();
        for (HostPort sip : need(SipKeys.LISTEN)) {
            ports(SipKeys.LISTEN, sip, conflicts);
        }
        if (get(SipKeys.TLS_CERTIFICATE) != null) {
            for (HostPort tls : need(SipKeys.TLS_LISTEN)) {
                if (need(SipKeys.LISTEN).stream()
                        .anyMatch(sip ->
                                sip.port() != 0 && sip.port() == tls.port() && overlap(sip.host(), tls.host()))) {
                    conflicts.add(conflict(SipKeys.TLS_LISTEN, SipKeys.LISTEN, "another port", "another port"));
                }
                ports(SipKeys.TLS_LISTEN, tls, conflicts);
            }
        }
        tls(conflicts);
        profile(conflicts);
        earlyProof(conflicts);
        srtp(conflicts);
        homes(conflicts);
        conflicts.addAll(new Families(this).conflicts());
        List<NextHop> upstream = get(SipKeys.UPSTREAM);
        List<NextHop> trunk = get(SipKeys.TRUNK);
        if (trunk != null && upstream == null) {
            conflicts.add(lonely(SipKeys.TRUNK, "has no PBX on its other side", SipKeys.UPSTREAM));
        }
        if (trunk != null
                && upstream != null
                && trunk.stream()
                        .anyMatch(one -> upstream.stream().anyMatch(other -> isOneHost(one.host(), other.host())))) {
            String allowed = "another address, with whatever port";
            conflicts.add(conflict(SipKeys.TRUNK, SipKeys.UPSTREAM, allowed, allowed));
        }
        return conflicts;
    }

    /// A port of SIP against the other ports.
    private void ports(Key<?> key, HostPort sip, List<String> conflicts) {
        HostPort console = need(ConfigKeys.CONSOLE_LISTEN);
        PortRange media = need(ConfigKeys.MEDIA_PORTS);
        if (sip.port() != 0 && sip.port() == console.port() && overlap(sip.host(), console.host())) {
            conflicts.add(conflict(ConfigKeys.CONSOLE_LISTEN, key, "another port", "another port"));
        }
        if (sip.port() >= media.first() && sip.port() <= media.last()) {
            conflicts.add(conflict(ConfigKeys.MEDIA_PORTS, key, "ports without that of SIP", "another port"));
        }
    }

    private void tls(List<String> conflicts) {
        boolean certificate = get(SipKeys.TLS_CERTIFICATE) != null;
        boolean key = get(SipKeys.TLS_KEY) != null;
        if (certificate && !key) {
            conflicts.add(lonely(SipKeys.TLS_CERTIFICATE, "is without its key", SipKeys.TLS_KEY));
        }
        if (key && !certificate) {
            conflicts.add(lonely(SipKeys.TLS_KEY, "is without its certificate", SipKeys.TLS_CERTIFICATE));
        }
        if (need(SipKeys.TLS_CLIENTS) && get(SipKeys.TLS_TRUST) == null) {
            conflicts.add(lonely(SipKeys.TLS_CLIENTS, "has nobody who vouches", SipKeys.TLS_TRUST));
        }
        for (Key<List<NextHop>> neighbour : List.of(SipKeys.UPSTREAM, SipKeys.TRUNK)) {
            List<NextHop> hops = get(neighbour);
            if (hops != null && !certificate && hops.stream().anyMatch(hop -> hop.protocol() == Protocol.TLS)) {
                conflicts.add(lonely(neighbour, "needs a certificate of ours", SipKeys.TLS_CERTIFICATE));
            }
        }
    }

    /// A carrier of the profile `ngn` has UDP alone, and there must be one.
    private void profile(List<String> conflicts) {
        List<NextHop> trunk = get(SipKeys.TRUNK);
        if (!need(SipKeys.TRUNK_PROFILE)) {
            return;
        }
        if (trunk == null) {
            conflicts.add(lonely(SipKeys.TRUNK_PROFILE, "has no carrier", SipKeys.TRUNK));
        } else if (trunk.stream().anyMatch(hop -> hop.protocol() != null && hop.protocol() != Protocol.UDP)) {
            String allowed = "a carrier over UDP";
            conflicts.add(conflict(SipKeys.TRUNK, SipKeys.TRUNK_PROFILE, allowed, allowed));
        }
    }

    /// What was proven is proven of servers of the carrier's.
    private void earlyProof(List<String> conflicts) {
        List<EarlyProof> proofs = get(SipKeys.TRUNK_EARLY_MEDIA);
        List<NextHop> trunk = get(SipKeys.TRUNK);
        if (proofs == null) {
            return;
        }
        if (trunk == null) {
            conflicts.add(lonely(SipKeys.TRUNK_EARLY_MEDIA, "has no carrier", SipKeys.TRUNK));
        } else if (!proofs.stream().allMatch(proof -> trunk.stream().anyMatch(hop -> proof.isOf(hop.host())))) {
            conflicts.add(conflict(SipKeys.TRUNK_EARLY_MEDIA, SipKeys.TRUNK, "servers of its alone", "that server"));
        }
    }

    /// SRTP is ended between two neighbours, so that both must be set; and its keys are said over TLS
    /// alone.
    private void srtp(List<String> conflicts) {
        boolean trunkSide = get(SipKeys.TRUNK) != null;
        Key<SrtpProfile> other = trunkSide ? SipKeys.SRTP_TRUNK : SipKeys.SRTP_TELEPHONES;
        if (!trunkSide && isSrtpSet(SipKeys.SRTP_TRUNK)) {
            conflicts.add(lonely(SipKeys.SRTP_TRUNK, "has no carrier", SipKeys.TRUNK));
        }
        for (Key<SrtpProfile> one : List.of(SipKeys.SRTP_TELEPHONES, SipKeys.SRTP_TRUNK)) {
            if (isSrtpSet(one) && (trunkSide || one.equals(other)) && !isSrtpSet(SipKeys.SRTP_UPSTREAM)) {
                conflicts.add(lonely(one, "is for one side alone", SipKeys.SRTP_UPSTREAM));
            }
        }
        if (isSrtpSet(SipKeys.SRTP_UPSTREAM) && !isSrtpSet(other)) {
            conflicts.add(lonely(SipKeys.SRTP_UPSTREAM, "is for one side alone", other));
        }
        secure(SipKeys.SRTP_UPSTREAM, SipKeys.UPSTREAM, conflicts);
        secure(SipKeys.SRTP_TRUNK, SipKeys.TRUNK, conflicts);
        if (saysKeys(SipKeys.SRTP_TELEPHONES) && get(SipKeys.TLS_CERTIFICATE) == null) {
            conflicts.add(lonely(SipKeys.SRTP_TELEPHONES, "says keys over TLS alone", SipKeys.TLS_CERTIFICATE));
        }
    }

    private boolean isSrtpSet(Key<SrtpProfile> key) {
        return need(key) != SrtpProfile.PASS;
    }

    private boolean saysKeys(Key<SrtpProfile> key) {
        return need(key) == SrtpProfile.REQUIRE || need(key) == SrtpProfile.PREFER;
    }

    private void secure(Key<SrtpProfile> srtp, Key<List<NextHop>> neighbour, List<String> conflicts) {
        List<NextHop> hops = get(neighbour);
        if (saysKeys(srtp) && hops != null && hops.stream().anyMatch(hop -> hop.protocol() != Protocol.TLS)) {
            conflicts.add(
                    conflict(neighbour, srtp, "servers with /tls: keys are said over TLS alone", "pass or never"));
        }
    }

    /// Two homes in one directory are one home: what is lost there is lost twice. Below the data directory the
    /// cloud has the place that it has by default, and no other.
    private void homes(List<String> conflicts) {
        Path cloud = get(ConfigKeys.STORE_CLOUD);
        if (cloud == null) {
            return;
        }
        Path data = need(ConfigKeys.STORE_DATA).toAbsolutePath().normalize();
        Path other = cloud.toAbsolutePath().normalize();
        boolean inside = other.startsWith(data) && !other.startsWith(data.resolve("cloud"));
        if (inside || data.startsWith(other)) {
            conflicts.add(conflict(
                    ConfigKeys.STORE_CLOUD,
                    ConfigKeys.STORE_DATA,
                    "a directory outside of it, best on another device",
                    "a directory outside of the cloud"));
        }
    }

    private String lonely(Key<?> key, String why, Key<?> missing) {
        return where(key) + ": '" + Key.shown(String.valueOf(text(key))) + "' " + why + "; allowed: together with "
                + missing.path();
    }

    /// Names the key, or the other where only that was chosen: the default of a key is not what somebody wrote.
    private String conflict(Key<?> key, Key<?> other, String allowed, String otherAllowed) {
        boolean own = isChosen(key) || !isChosen(other);
        Key<?> named = own ? key : other;
        Key<?> against = own ? other : key;
        return where(named) + ": '" + text(named) + "' collides with " + against.path() + " '" + text(against)
                + "'; allowed: " + (own ? allowed : otherAllowed);
    }

    /// As written: names are looked up at the start.
    private static boolean isOneHost(String one, String other) {
        InetAddress address = Readers.literal(one);
        return one.equalsIgnoreCase(other) || (address != null && address.equals(Readers.literal(other)));
    }

    /// Where it was set: file, line and column, or the option.
    public String where(Key<?> key) {
        ConfigFile.Given given = file.get(key);
        return given == null || options.containsKey(key)
                ? "koegura: " + key.option()
                : fileName + ":" + given.at() + ": " + key.path();
    }

    private boolean isChosen(Key<?> key) {
        return options.containsKey(key) || file.containsKey(key);
    }

    private @Nullable String text(Key<?> key) {
        ConfigFile.Given given = file.get(key);
        return options.getOrDefault(key, given == null ? key.standard() : given.text());
    }

    private static boolean overlap(String one, String other) {
        return one.equals(other) || covers(one, other) || covers(other, one);
    }

    /// A wildcard has all addresses of its family; a name may have one of either.
    private static boolean covers(String wildcard, String host) {
        InetAddress address = Readers.literal(host);
        boolean six = wildcard.equals("::");
        return isAnywhere(wildcard) && (address == null || six == address instanceof Inet6Address);
    }

    private static boolean isAnywhere(String host) {
        return host.equals(ANYWHERE) || host.equals("::");
    }
}
