package org.koegura.server;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.AdmissionSettings.Strangers;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.numbers.DialPlan;
import org.koegura.sipproxy.numbers.EmergencyNumbers;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.routing.Extensions;
import org.koegura.sipproxy.routing.TrunkProfile;
import org.koegura.sipproxy.transport.Dscp;
import org.koegura.storageclient.StoreSettings;

/// Every setting there is. The file's keys, the options of `koegura run`, their defaults, the words of their faults
/// and the example file come from here: a new one is a declaration here and a field in [Config].
final class ConfigKeys {

    private static final String RATE = "1 to " + AdmissionSettings.RATE_MAX + ", a whole number";

    static final Key<List<HostPort>> SIP_LISTEN = new Key<>(
            "sip.listen",
            "--sip",
            "HOST:PORT",
            "0.0.0.0:5060",
            "0.0.0.0:5060",
            false,
            "an address of this machine and a port 0 to 65535",
            "Where SIP listens, over UDP and TCP; several with commas between, as one of IPv4 and one of IPv6.",
            text -> list(text, ConfigKeys::hostPort));

    static final Key<List<String>> SIP_ADVERTISE = new Key<>(
            "sip.advertise",
            "--advertise",
            "ADDRESS",
            null,
            "192.0.2.10",
            false,
            "one address or name without a port",
            "Address that telephones reach us at, in Via, Record-Route, Path and SDP; found if not given. One of each"
                    + " family, with a comma between, where both are spoken.",
            text -> list(text, ConfigKeys::reachable));

    static final Key<List<HostPort>> SIP_TLS_LISTEN = new Key<>(
            "sip.tls.listen",
            "--tls",
            "HOST:PORT",
            "0.0.0.0:5061",
            "0.0.0.0:5061",
            false,
            "an address of this machine and a port 0 to 65535",
            "Where SIP listens over TLS 1.2 and 1.3, once there is a certificate; port 0 takes a free one.",
            text -> list(text, ConfigKeys::hostPort));

    static final Key<Path> SIP_TLS_CERTIFICATE = new Key<>(
            "sip.tls.certificate",
            "--tls-certificate",
            "FILE",
            null,
            "/etc/koegura/sip.crt",
            false,
            "a PEM file, from the working directory on where it does not begin with /",
            "Certificate for SIP over TLS and those that vouch for it, its own first; left out: no TLS.",
            ConfigKeys::directory);

    static final Key<Path> SIP_TLS_KEY = new Key<>(
            "sip.tls.key",
            "--tls-key",
            "FILE",
            null,
            "/etc/koegura/sip.key",
            false,
            "a PEM file, from the working directory on where it does not begin with /",
            "Key of that certificate: PKCS#8, not encrypted.",
            ConfigKeys::directory);

    static final Key<Path> SIP_TLS_TRUST = new Key<>(
            "sip.tls.trust",
            "--tls-trust",
            "FILE",
            null,
            "/etc/koegura/sip-trust.crt",
            false,
            "a PEM file, from the working directory on where it does not begin with /",
            "Certificates of those who vouch for peers over TLS; left out: those that Java trusts, for our calls out.",
            ConfigKeys::directory);

    static final Key<Boolean> SIP_TLS_CLIENTS = new Key<>(
            "sip.tls.clients",
            "--tls-clients",
            "any|require",
            "any",
            "any",
            false,
            "any or require",
            "Whether a peer that connects over TLS must show a certificate that trust vouches for.",
            choice("any", false, "require", true));

    static final Key<List<NextHop>> SIP_UPSTREAM = new Key<>(
            "sip.upstream",
            "--upstream",
            "list of HOST[:PORT][/tcp|/tls]",
            null,
            "192.0.2.20:5060, 192.0.2.21:5060;weight=2, backup.example.jp;priority=2",
            false,
            "1 to 16 servers with commas between: an address or name, a port 1 to 65535 (a name without one is looked up"
                    + " by SRV), /tcp or /tls, ;weight=N, ;priority=N",
            "Registrar or PBX for requests that name us, or a host without an address; otherwise the Request-URI says.",
            ConfigKeys::nextHops);

    static final Key<List<NextHop>> SIP_TRUNK = new Key<>(
            "sip.trunk",
            "--trunk",
            "list of HOST[:PORT][/tcp|/tls]",
            null,
            "198.51.100.1:5060",
            false,
            "1 to 16 servers with commas between: an address or name, a port 1 to 65535 (a name without one is looked up"
                    + " by SRV), /tcp or /tls, ;weight=N, ;priority=N",
            "The carrier, where the proxy stands between it and the PBX (upstream); each has addresses of its own.",
            ConfigKeys::nextHops);

    static final Key<Boolean> SIP_TRUNK_PROFILE = new Key<>(
            "sip.trunk-profile",
            "--trunk-profile",
            "any|ngn",
            "any",
            "ngn",
            false,
            "any or ngn",
            "What the carrier has: ngn, as Japanese IP trunks, UDP alone, whatever the size of a message.",
            choice("any", false, "ngn", true));

    static final Key<Integer> SIP_TRUNK_MTU = new Key<>(
            "sip.trunk-mtu",
            "--trunk-mtu",
            "OCTETS",
            "1500",
            "1500",
            true,
            TrunkProfile.MTU_LEAST + " to " + TrunkProfile.MTU_MOST + ", a whole number",
            "Largest packet on the way to a carrier of the profile ngn; larger requests go in fragments and are counted.",
            ConfigKeys::mtu);

    static final Key<Extensions> SIP_EXTENSIONS = new Key<>(
            "sip.extensions",
            "--extensions",
            "list of PATTERN",
            null,
            "2xx, 0990100*",
            true,
            "numbers with commas between, x for any digit, a final * for any rest",
            "Whose identities are inside; every other is outside. Left out: whoever comes from inside is.",
            ConfigKeys::extensions);

    static final Key<List<HostPort>> SIP_DNS = new Key<>(
            "sip.dns",
            "--dns",
            "list of ADDRESS[:PORT]",
            null,
            "192.0.2.53, 192.0.2.54",
            false,
            "1 to 3 addresses with commas between, each with a port 1 to 65535 or without one for 53",
            "Name servers to ask, in this order, for the names of neighbours and in requests; left out: those of this"
                    + " system.",
            ConfigKeys::nameServers);

    static final Key<Duration> SIP_HEALTH_INTERVAL = new Key<>(
            "sip.health-interval",
            "--health-interval",
            "DURATION",
            "30s",
            "30s",
            true,
            "0s to 24h, a whole number with s, min or h, or without a unit for seconds",
            "How often each server of upstream and trunk is asked by OPTIONS whether it is there; 0 asks nobody.",
            text -> duration(text, Duration.ZERO, Duration.ofDays(1)));

    static final Key<DialPlan> SIP_OUTSIDE_PREFIX = new Key<>(
            "sip.outside-prefix",
            "--outside-prefix",
            "DIGITS",
            null,
            "0",
            true,
            "1 to 4 digits",
            "What a telephone of the site dials first to call out; left out: nothing.",
            text -> text.isEmpty() || !DialPlan.isPrefix(text) ? null : new DialPlan(text));

    static final Key<Set<String>> SIP_EMERGENCY_NUMBERS = new Key<>(
            "sip.emergency-numbers",
            "--emergency-numbers",
            "list of NUMBER",
            "110, 118, 119",
            "110, 118, 119",
            true,
            "numbers of 2 to 8 digits with commas between",
            "Calls for help: they pass as they are, whatever limit is reached, without notice and unrecorded.",
            text -> numbers(text, EmergencyNumbers::isNumber));

    static final Key<Set<String>> SIP_EMERGENCY_CALLBACKS = new Key<>(
            "sip.emergency-callbacks",
            "--emergency-callbacks",
            "list of +NUMBER",
            null,
            "+81990000119",
            true,
            "international numbers, + and 7 to 15 digits, with commas between",
            "Who calls back after a call for help: within 60 minutes that line is called without notice, unrecorded.",
            text -> numbers(text, Numbering::isE164));

    static final Key<Dscp> SIP_DSCP = new Key<>(
            "sip.dscp",
            "--dscp",
            "DSCP",
            "CS3",
            "CS3",
            true,
            "CS0 to CS7, AF11 to AF43, EF, or a number 0 to 63",
            "The mark that SIP packets bear (DSCP); RTP bears EF.",
            Dscp::parse);

    static final Key<Networks> SIP_NETWORKS = new Key<>(
            "sip.networks",
            "--networks",
            "list of ADDRESS/PREFIX",
            Networks.PRIVATE,
            "192.0.2.0/24, 2001:db8::/32",
            false,
            "1 to 256 networks with commas between, no bit set after the prefix",
            "Whose requests are taken on the telephones' side, beside those of upstream.",
            orNull(Networks::parse));

    static final Key<Networks> SIP_PATH_CONTACT = new Key<>(
            "sip.path-contact",
            "--path-contact",
            "list of ADDRESS/PREFIX",
            null,
            "192.0.2.20, 2001:db8::20",
            false,
            "1 to 256 addresses or networks with commas between, no bit set after the prefix",
            "Registrars that keep no Path (RFC 3327): they get a Contact of ours for each telephone.",
            orNull(Networks::parse));

    static final Key<Strangers> SIP_STRANGERS = new Key<>(
            "sip.strangers",
            "--strangers",
            "refuse|silence",
            "refuse",
            "silence",
            false,
            "refuse or silence",
            "How requests from anywhere else are met: with 403, or with nothing.",
            choice("refuse", Strangers.REFUSE, "silence", Strangers.SILENCE));

    static final Key<Integer> SIP_RATE_PER_SOURCE = new Key<>(
            "sip.rate-per-source",
            "--rate-per-source",
            "NUMBER",
            Integer.toString(AdmissionSettings.defaults().ratePerSource()),
            "50",
            true,
            RATE,
            "Requests a second that one address may begin, neighbours excepted; ten times as many at once.",
            ConfigKeys::rate);

    static final Key<Integer> SIP_INVITE_RATE = new Key<>(
            "sip.invite-rate",
            "--invite-rate",
            "NUMBER",
            Integer.toString(AdmissionSettings.defaults().inviteRate()),
            "300",
            true,
            RATE,
            "Calls a second that may begin in all; twice as many at once. More get 503; emergency calls never do.",
            ConfigKeys::rate);

    static final Key<PortRange> MEDIA_PORTS = new Key<>(
            "media.ports",
            "--ports",
            "FIRST-LAST",
            "20000-39999",
            "20000-39999",
            false,
            "UDP ports from 1024 to 65535, the first not above the last, at least 4 from an even one on",
            "UDP ports for RTP and RTCP; a call takes four.",
            orNull(PortRange::parse));

    static final Key<HostPort> CONSOLE_LISTEN = new Key<>(
            "console.listen",
            "--http",
            "HOST:PORT",
            "127.0.0.1:8080",
            "127.0.0.1:8080",
            false,
            "an address of this machine and a TCP port 0 to 65535",
            "Where console, API and /metrics listen; port 0 takes a free one.",
            ConfigKeys::hostPort);

    static final Key<Path> STORE_DATA = new Key<>(
            "store.data",
            "--data",
            "DIR",
            "var",
            "/var/lib/koegura",
            false,
            "a directory, from the working directory on where it does not begin with /",
            "Directory of recordings, keys, journal, database and log.",
            ConfigKeys::directory);

    static final Key<Long> STORE_RING_SIZE = new Key<>(
            "store.ring-size",
            "--ring-size",
            "SIZE",
            "20GiB",
            "500GiB",
            true,
            "64KiB to 900TiB, a whole number with KiB, MiB, GiB or TiB, or without a unit for bytes",
            "Room for recordings on this machine; then the oldest that the cloud holds are overwritten.",
            ConfigKeys::ringBytes);

    static final Key<Path> STORE_CLOUD = new Key<>(
            "store.cloud",
            "--cloud",
            "DIR",
            null,
            "/mnt/koegura-cloud",
            false,
            "a directory, from the working directory on where it does not begin with /",
            "Directory that is the cloud, the second home of recordings; left out: cloud/ in the data directory.",
            ConfigKeys::directory);

    static final Key<Boolean> CALLS_WHEN_UNRECORDABLE = new Key<>(
            "calls.when-unrecordable",
            "--when-unrecordable",
            "pass|refuse",
            "pass",
            "pass",
            false,
            "pass or refuse",
            "A call that cannot be recorded passes unrecorded, or is refused.",
            choice("pass", false, "refuse", true));

    static final Key<Boolean> CALLS_UNANNOUNCEABLE = new Key<>(
            "calls.unannounceable",
            "--unannounceable",
            "leave|strip",
            "leave",
            "leave",
            false,
            "leave or strip",
            "Codecs without a notice are left to be agreed on, or taken out of offers and answers where another"
                    + " remains.",
            choice("leave", false, "strip", true));

    static final Key<Duration> CALLS_DRAIN = new Key<>(
            "calls.drain",
            "--drain",
            "DURATION",
            "60s",
            "60s",
            true,
            "0s to 24h, a whole number with s, min or h, or without a unit for seconds",
            "How long running calls may go on after the first Ctrl-C.",
            text -> duration(text, Duration.ZERO, Duration.ofDays(1)));

    static final Key<Duration> CALLS_SILENT_AFTER = new Key<>(
            "calls.silent-after",
            "--silent-after",
            "DURATION",
            "5min",
            "5min",
            true,
            "5s to 24h, a whole number with s, min or h, or without a unit for seconds",
            "How long an answered call may go without a packet before it counts as over; on hold 12 h at least.",
            text -> duration(text, Duration.ofSeconds(5), Duration.ofDays(1)));

    static final Key<LogFormat> LOG_FORMAT = new Key<>(
            "log.format",
            "--log",
            "text|json",
            "text",
            "json",
            false,
            "text or json",
            "How the log is written, on the terminal and in the data directory: for people, or one JSON object a line.",
            choice("text", LogFormat.TEXT, "json", LogFormat.JSON));

    /// In the order of the example; the keys of one section stand together.
    static final List<Key<?>> ALL = List.of(
            SIP_LISTEN,
            SIP_ADVERTISE,
            SIP_UPSTREAM,
            SIP_TRUNK,
            SIP_TRUNK_PROFILE,
            SIP_TRUNK_MTU,
            SIP_EXTENSIONS,
            SIP_DNS,
            SIP_HEALTH_INTERVAL,
            SIP_OUTSIDE_PREFIX,
            SIP_EMERGENCY_NUMBERS,
            SIP_EMERGENCY_CALLBACKS,
            SIP_DSCP,
            SIP_PATH_CONTACT,
            SIP_NETWORKS,
            SIP_STRANGERS,
            SIP_RATE_PER_SOURCE,
            SIP_INVITE_RATE,
            SIP_TLS_LISTEN,
            SIP_TLS_CERTIFICATE,
            SIP_TLS_KEY,
            SIP_TLS_TRUST,
            SIP_TLS_CLIENTS,
            MEDIA_PORTS,
            CONSOLE_LISTEN,
            STORE_DATA,
            STORE_RING_SIZE,
            STORE_CLOUD,
            CALLS_WHEN_UNRECORDABLE,
            CALLS_UNANNOUNCEABLE,
            CALLS_DRAIN,
            CALLS_SILENT_AFTER,
            LOG_FORMAT);

    /// Of one list on one line.
    private static final int NUMBERS_MAX = 64;

    private static final int LISTED_MAX = 8;
    private static final Pattern ADDRESS_ONLY = Pattern.compile("[0-9.]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([KMGT]iB)?");
    private static final int DNS_PORT = 53;
    private static final int NAME_SERVERS_MAX = 3;
    private static final long RING_BYTES_MOST = 900L << 40;
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})(s|min|h)?");

    private ConfigKeys() {}

    /// A whole configuration file: every key with its default, and what it may be.
    static String example() {
        StringBuilder text = new StringBuilder();
        text.append(
                "# Every setting of Koegura with its default. A key that is left out has its default; a key that is\n");
        text.append("# not listed here is refused. An option on the command line outranks the file.\n");
        text.append("# Use it:  ./koegura run --config FILE     Make it anew:  ./koegura run --print-config\n");
        String section = "";
        for (Key<?> key : ALL) {
            int dot = key.path().lastIndexOf('.');
            String own = key.path().substring(0, dot);
            if (!section.equals(own)) {
                int within = own.lastIndexOf('.');
                text.append(within < 0 ? "\n" : "  ")
                        .append(own.substring(within + 1))
                        .append(":\n");
                section = own;
            }
            String indent = own.indexOf('.') < 0 ? "  " : "    ";
            text.append(indent).append("# ").append(key.doc()).append('\n');
            text.append(indent)
                    .append("# ")
                    .append(key.option())
                    .append("; ")
                    .append(key.hint())
                    .append('\n');
            text.append(indent)
                    .append(key.standard() == null ? "# " : "")
                    .append(key.path().substring(dot + 1))
                    .append(": ")
                    .append(key.standard() == null ? key.example() : key.standard())
                    .append('\n');
        }
        return text.append('\n').append(LineKeys.LINES.example()).toString();
    }

    private static @Nullable HostPort hostPort(String text) {
        HostPort at = orNull(HostPort::parse).apply(text);
        return at == null || !isHost(at.host()) || (at.host().indexOf(':') >= 0) != text.startsWith("[") ? null : at;
    }

    private static @Nullable List<NextHop> nextHops(String text) {
        List<NextHop> hops = orNull(NextHop::list).apply(text);
        return hops != null && hops.stream().allMatch(hop -> isHost(hop.host())) ? hops : null;
    }

    /// Several with commas between; null where one of them is none.
    private static <T> @Nullable List<T> list(String text, Function<String, @Nullable T> reader) {
        List<T> all = new ArrayList<>();
        for (String one : text.strip().split("\\s*,\\s*", -1)) {
            T value = reader.apply(one);
            if (value == null || all.size() == LISTED_MAX) {
                return null;
            }
            all.add(value);
        }
        return List.copyOf(all);
    }

    private static @Nullable List<HostPort> nameServers(String text) {
        List<HostPort> servers = new ArrayList<>();
        for (String one : text.strip().split("\\s*,\\s*", -1)) {
            boolean bare = literal(one) != null;
            HostPort server = bare ? new HostPort(one, DNS_PORT) : hostPort(one);
            if (server == null || server.port() == 0 || literal(server.host()) == null) {
                return null;
            }
            servers.add(server);
        }
        return servers.size() <= NAME_SERVERS_MAX ? List.copyOf(servers) : null;
    }

    private static @Nullable Integer mtu(String text) {
        int octets = text.matches("[1-9][0-9]{2,4}") ? Integer.parseInt(text) : 0;
        return octets >= TrunkProfile.MTU_LEAST && octets <= TrunkProfile.MTU_MOST ? Integer.valueOf(octets) : null;
    }

    private static @Nullable Integer rate(String text) {
        int most = AdmissionSettings.RATE_MAX;
        return text.matches("[1-9][0-9]{0,6}") && Integer.parseInt(text) <= most ? Integer.valueOf(text) : null;
    }

    private static @Nullable Extensions extensions(String text) {
        return orNull((String list) -> new Extensions(List.of(list.strip().split("\\s*,\\s*", -1))))
                .apply(text);
    }

    private static @Nullable Set<String> numbers(String text, Predicate<String> is) {
        List<String> all = List.of(text.strip().split("\\s*,\\s*", -1));
        return all.size() <= NUMBERS_MAX && all.stream().allMatch(is) ? Set.copyOf(all) : null;
    }

    private static @Nullable Long ringBytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            return null;
        }
        int shift = switch (String.valueOf(size.group(2))) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case "TiB" -> 40;
            default -> 0;
        };
        long count = Long.parseLong(size.group(1));
        boolean fits = count <= RING_BYTES_MOST >> shift && count << shift >= StoreSettings.RING_BYTES_MIN;
        return fits ? count << shift : null;
    }

    private static @Nullable String reachable(String text) {
        if (!isHost(text)) {
            return null;
        }
        InetAddress literal = literal(text);
        return literal != null && (literal.isAnyLocalAddress() || literal.isMulticastAddress()) ? null : text;
    }

    private static boolean isHost(String host) {
        return (host.indexOf(':') >= 0 || ADDRESS_ONLY.matcher(host).matches())
                ? literal(host) != null
                : NAME.matcher(host).matches();
    }

    /// The address that is written out; null for a name. Asks nobody.
    static @Nullable InetAddress literal(String host) {
        return orNull(InetAddress::ofLiteral).apply(host);
    }

    private static @Nullable Path directory(String text) {
        try {
            return text.isBlank() ? null : Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static @Nullable Duration duration(String text, Duration least, Duration most) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return null;
        }
        long count = Long.parseLong(amount.group(1));
        Duration duration = switch (String.valueOf(amount.group(2))) {
            case "h" -> Duration.ofHours(count);
            case "min" -> Duration.ofMinutes(count);
            default -> Duration.ofSeconds(count);
        };
        return duration.compareTo(least) < 0 || duration.compareTo(most) > 0 ? null : duration;
    }

    private static <T> Function<String, @Nullable T> choice(String one, T oneValue, String other, T otherValue) {
        return text -> text.equals(one) ? oneValue : text.equals(other) ? otherValue : null;
    }

    /// The same, where a text that cannot be read is an expected outcome.
    private static <T> Function<String, @Nullable T> orNull(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                return null;
            }
        };
    }
}
