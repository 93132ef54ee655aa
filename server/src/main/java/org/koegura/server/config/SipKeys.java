package org.koegura.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.AdmissionSettings.Strangers;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.numbers.DialPlan;
import org.koegura.sipproxy.numbers.EmergencyNumbers;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.routing.EarlyProof;
import org.koegura.sipproxy.routing.Extensions;
import org.koegura.sipproxy.routing.TrunkProfile;
import org.koegura.sipproxy.transport.Dscp;

/// The settings of `sip:`, as [ConfigKeys] lists them.
public final class SipKeys {

    private static final String RATE = "1 to " + AdmissionSettings.RATE_MAX + ", a whole number";

    public static final Key<List<HostPort>> LISTEN = new Key<>(
            "sip.listen",
            "--sip",
            "HOST:PORT",
            "0.0.0.0:5060",
            "0.0.0.0:5060",
            false,
            "an address of this machine and a port 0 to 65535",
            "Where SIP listens, over UDP and TCP; several with commas between, as one of IPv4 and one of IPv6.",
            text -> Readers.list(text, Readers::hostPort));

    public static final Key<List<String>> ADVERTISE = new Key<>(
            "sip.advertise",
            "--advertise",
            "ADDRESS",
            null,
            "192.0.2.10",
            false,
            "one address or name without a port",
            "Address that telephones reach us at, in Via, Record-Route, Path and SDP; found if not given. One of each"
                    + " family, with a comma between, where both are spoken.",
            text -> Readers.list(text, Readers::reachable));

    public static final Key<List<HostPort>> TLS_LISTEN = new Key<>(
            "sip.tls.listen",
            "--tls",
            "HOST:PORT",
            "0.0.0.0:5061",
            "0.0.0.0:5061",
            false,
            "an address of this machine and a port 0 to 65535",
            "Where SIP listens over TLS 1.2 and 1.3, once there is a certificate; port 0 takes a free one.",
            text -> Readers.list(text, Readers::hostPort));

    public static final Key<Path> TLS_CERTIFICATE = new Key<>(
            "sip.tls.certificate",
            "--tls-certificate",
            "FILE",
            null,
            "/etc/koegura/sip.crt",
            false,
            "a PEM file, from the working directory on where it does not begin with /",
            "Certificate for SIP over TLS and those that vouch for it, its own first; left out: no TLS.",
            Readers::directory);

    public static final Key<Path> TLS_KEY = new Key<>(
            "sip.tls.key",
            "--tls-key",
            "FILE",
            null,
            "/etc/koegura/sip.key",
            false,
            "a PEM file, from the working directory on where it does not begin with /",
            "Key of that certificate: PKCS#8, not encrypted.",
            Readers::directory);

    public static final Key<Path> TLS_TRUST = new Key<>(
            "sip.tls.trust",
            "--tls-trust",
            "FILE",
            null,
            "/etc/koegura/sip-trust.crt",
            false,
            "a PEM file, from the working directory on where it does not begin with /",
            "Certificates of those who vouch for peers over TLS; left out: those that Java trusts, for our calls out.",
            Readers::directory);

    static final Key<Boolean> TLS_CLIENTS = new Key<>(
            "sip.tls.clients",
            "--tls-clients",
            "any|require",
            "any",
            "any",
            false,
            "any or require",
            "Whether a peer that connects over TLS must show a certificate that trust vouches for.",
            Readers.choice("any", false, "require", true));

    static final Key<SrtpProfile> SRTP_UPSTREAM = srtp("upstream", "registrar or PBX");

    static final Key<SrtpProfile> SRTP_TRUNK = srtp("trunk", "carrier");

    static final Key<SrtpProfile> SRTP_TELEPHONES = srtp("telephones", "telephones");

    private static Key<SrtpProfile> srtp(String whom, String called) {
        return new Key<>(
                "sip.srtp." + whom,
                "--srtp-" + whom,
                "pass|never|require|prefer",
                "pass",
                "require",
                false,
                "pass, never, require or prefer",
                "SRTP with the " + called
                        + ": as parties agree, unrecorded; none; always, keys over TLS, recorded; or so unless refused"
                        + " (488).",
                text -> switch (text) {
                    case "pass" -> SrtpProfile.PASS;
                    case "never" -> SrtpProfile.NEVER;
                    case "require" -> SrtpProfile.REQUIRE;
                    case "prefer" -> SrtpProfile.PREFER;
                    default -> null;
                });
    }

    public static final Key<List<NextHop>> UPSTREAM = new Key<>(
            "sip.upstream",
            "--upstream",
            "list of HOST[:PORT][/tcp|/tls]",
            null,
            "192.0.2.20:5060, 192.0.2.21:5060;weight=2, backup.example.jp;priority=2",
            false,
            "1 to 16 servers with commas between: an address or name, a port 1 to 65535 (a name without one is looked up"
                    + " by SRV), /tcp or /tls, ;weight=N, ;priority=N",
            "Registrar or PBX for requests that name us, or a host without an address; otherwise the Request-URI says.",
            Readers::nextHops);

    public static final Key<List<NextHop>> TRUNK = new Key<>(
            "sip.trunk",
            "--trunk",
            "list of HOST[:PORT][/tcp|/tls]",
            null,
            "198.51.100.1:5060",
            false,
            "1 to 16 servers with commas between: an address or name, a port 1 to 65535 (a name without one is looked up"
                    + " by SRV), /tcp or /tls, ;weight=N, ;priority=N",
            "The carrier, where the proxy stands between it and the PBX (upstream); each has addresses of its own.",
            Readers::nextHops);

    static final Key<Boolean> TRUNK_PROFILE = new Key<>(
            "sip.trunk-profile",
            "--trunk-profile",
            "any|ngn",
            "any",
            "ngn",
            false,
            "any or ngn",
            "What the carrier has: ngn, as Japanese IP trunks, UDP alone, whatever the size of a message.",
            Readers.choice("any", false, "ngn", true));

    static final Key<Integer> TRUNK_MTU = new Key<>(
            "sip.trunk-mtu",
            "--trunk-mtu",
            "OCTETS",
            "1500",
            "1500",
            true,
            TrunkProfile.MTU_LEAST + " to " + TrunkProfile.MTU_MOST + ", a whole number",
            "Largest packet on the way to a carrier of the profile ngn; larger requests go in fragments and are counted.",
            Readers::mtu);

    static final Key<List<EarlyProof>> TRUNK_EARLY_MEDIA = new Key<>(
            "sip.trunk-early-media",
            "--trunk-early-media",
            "SERVER DATE[,…]",
            null,
            "198.51.100.1 2026-11-20",
            false,
            "a server of trunk without its port, a blank, and the day as YYYY-MM-DD; commas between several",
            "That somebody called in by that server and heard a notice before the answer, and when; over others such a"
                    + " notice is played again on the answer.",
            Readers::earlyProofs);

    static final Key<Extensions> EXTENSIONS = new Key<>(
            "sip.extensions",
            "--extensions",
            "list of PATTERN",
            null,
            "2xx, 0990100*",
            true,
            "numbers with commas between, x for any digit, a final * for any rest",
            "Whose identities are inside; every other is outside. Left out: whoever comes from inside is.",
            Readers::extensions);

    public static final Key<List<HostPort>> DNS = new Key<>(
            "sip.dns",
            "--dns",
            "list of ADDRESS[:PORT]",
            null,
            "192.0.2.53, 192.0.2.54",
            false,
            "1 to 3 addresses with commas between, each with a port 1 to 65535 or without one for 53",
            "Name servers to ask, in this order, for the names of neighbours and in requests; left out: those of this"
                    + " system.",
            Readers::nameServers);

    static final Key<Duration> HEALTH_INTERVAL = new Key<>(
            "sip.health-interval",
            "--health-interval",
            "DURATION",
            "30s",
            "30s",
            true,
            "0s to 24h, a whole number with s, min or h, or without a unit for seconds",
            "How often each server of upstream and trunk is asked by OPTIONS whether it is there; 0 asks nobody.",
            text -> Readers.duration(text, Duration.ZERO, Duration.ofDays(1)));

    static final Key<DialPlan> OUTSIDE_PREFIX = new Key<>(
            "sip.outside-prefix",
            "--outside-prefix",
            "DIGITS",
            null,
            "0",
            true,
            "1 to 4 digits",
            "What a telephone of the site dials first to call out; left out: nothing.",
            text -> text.isEmpty() || !DialPlan.isPrefix(text) ? null : new DialPlan(text));

    static final Key<Set<String>> EMERGENCY_NUMBERS = new Key<>(
            "sip.emergency-numbers",
            "--emergency-numbers",
            "list of NUMBER",
            "110, 118, 119",
            "110, 118, 119",
            true,
            "numbers of 2 to 8 digits with commas between",
            "Calls for help: they pass as they are, whatever limit is reached, without notice and unrecorded.",
            text -> Readers.numbers(text, EmergencyNumbers::isNumber));

    static final Key<Set<String>> EMERGENCY_CALLBACKS = new Key<>(
            "sip.emergency-callbacks",
            "--emergency-callbacks",
            "list of +NUMBER",
            null,
            "+81990000119",
            true,
            "international numbers, + and 7 to 15 digits, with commas between",
            "Who calls back after a call for help: within 60 minutes that line is called without notice, unrecorded.",
            text -> Readers.numbers(text, Numbering::isE164));

    static final Key<Dscp> DSCP = new Key<>(
            "sip.dscp",
            "--dscp",
            "DSCP",
            "CS3",
            "CS3",
            true,
            "CS0 to CS7, AF11 to AF43, EF, or a number 0 to 63",
            "The mark that SIP packets bear (DSCP); RTP bears EF.",
            Dscp::parse);

    static final Key<Networks> NETWORKS = new Key<>(
            "sip.networks",
            "--networks",
            "list of ADDRESS/PREFIX",
            Networks.PRIVATE,
            "192.0.2.0/24, 2001:db8::/32",
            false,
            "1 to 256 networks with commas between, each with its prefix (/32: one IPv4 address), no bit set after it",
            "Whose requests are taken, beside those of upstream and trunk.",
            Readers::networks);

    static final Key<Networks> PATH_CONTACT = new Key<>(
            "sip.path-contact",
            "--path-contact",
            "list of ADDRESS/PREFIX",
            null,
            "192.0.2.20, 2001:db8::20",
            false,
            "1 to 256 addresses or networks with commas between, no bit set after the prefix",
            "Registrars that keep no Path (RFC 3327): they get a Contact of ours for each telephone.",
            Readers.orNull(Networks::parse));

    static final Key<Strangers> STRANGERS = new Key<>(
            "sip.strangers",
            "--strangers",
            "refuse|silence",
            "refuse",
            "silence",
            false,
            "refuse or silence",
            "How requests from anywhere else are met: with 403, or with nothing.",
            Readers.choice("refuse", Strangers.REFUSE, "silence", Strangers.SILENCE));

    static final Key<Integer> RATE_PER_SOURCE = new Key<>(
            "sip.rate-per-source",
            "--rate-per-source",
            "NUMBER",
            Integer.toString(AdmissionSettings.defaults().ratePerSource()),
            "50",
            true,
            RATE,
            "Requests a second that one address may begin, neighbours excepted; ten times as many at once.",
            Readers::rate);

    static final Key<Integer> INVITE_RATE = new Key<>(
            "sip.invite-rate",
            "--invite-rate",
            "NUMBER",
            Integer.toString(AdmissionSettings.defaults().inviteRate()),
            "300",
            true,
            RATE,
            "Calls a second that may begin in all; twice as many at once. More get 503; emergency calls never do.",
            Readers::rate);

    private SipKeys() {}
}
