package org.koegura.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.Announcement;
import org.koegura.announcement.Holidays;
import org.koegura.announcement.LinePolicy;
import org.koegura.announcement.Schedule;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.governance.CallRules;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.numbers.DialPlan;
import org.koegura.sipproxy.numbers.EmergencyNumbers;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.routing.EarlyProof;
import org.koegura.sipproxy.routing.Extensions;
import org.koegura.sipproxy.routing.TrunkProfile;
import org.koegura.sipproxy.srtp.SrtpProfiles;
import org.koegura.sipproxy.transport.Dscp;
import org.koegura.storageclient.StoreSettings;

/// What the operator chose, or the embedded defaults. Nothing of it was looked up yet. Immutable.
///
/// @param sip where SIP listens, and what peers are told
/// @param routes between whom the proxy stands
/// @param numbering how the site writes numbers, and which of them call for help
/// @param lines whose telephones are whose, and what becomes of their calls; the first that speaks of one counts
/// @param calendar by which that changes
/// @param dscp what SIP packets bear
/// @param http where console and API listen; port 0 takes a free one
/// @param mediaPorts UDP ports for RTP and RTCP
/// @param kernelRelay whether the kernel may pass on packets that need nothing of us
/// @param store the two homes of recordings
/// @param refuseWhenUnrecordable R3: refuse a call that cannot be recorded, instead of letting it pass; lines may say
/// otherwise
/// @param unannounceable what becomes of codecs without a notice in what parties say
/// @param insideHears what the inside party hears while the notice speaks
/// @param prompts which notice is played
/// @param callRules for acts on calls that are up
/// @param telephone what telephones may ask for by digits
/// @param drainWait how long running calls may go on after the first Ctrl-C
/// @param silentAfter how long an answered call that is not on hold may go without a packet before it counts as over
/// @param rehearsal how many calls are placed on loopback before telephones are answered; 0 for none
/// @param log how the log is written; one for the whole process
public record Config(
        Sip sip,
        Routes routes,
        Numbering numbering,
        List<LinePolicy> lines,
        Calendar calendar,
        Dscp dscp,
        HostPort http,
        PortRange mediaPorts,
        boolean kernelRelay,
        Store store,
        boolean refuseWhenUnrecordable,
        NoticeCodecs.Others unannounceable,
        InsideHears insideHears,
        Prompts prompts,
        CallRules callRules,
        Telephone telephone,
        Duration drainWait,
        Duration silentAfter,
        int rehearsal,
        LogFormat log) {

    public Config {
        lines = List.copyOf(lines);
    }

    /// What telephones may ask for by digits.
    ///
    /// @param codes which ask for what
    /// @param groundText what an exemption on ground 3 says that is asked for so; null: it is refused
    public record Telephone(FeatureCodes codes, @Nullable String groundText) {

        /// The usual codes, ground 3 not among them.
        public static final Telephone USUAL = new Telephone(FeatureCodes.STANDARD, null);
    }

    /// Days and times.
    ///
    /// @param holidays days off
    /// @param schedules those that lines name
    public record Calendar(Holidays holidays, List<Schedule> schedules) {

        /// Every day is like the others.
        public static final Calendar PLAIN = new Calendar(Holidays.NONE, List.of());

        public Calendar {
            schedules = List.copyOf(schedules);
        }
    }

    /// Which notice is played.
    ///
    /// @param names in the order of preference
    /// @param folder of the city's own; null where it has none
    public record Prompts(List<String> names, @Nullable Path folder) {

        /// The one that is shipped.
        public static final Prompts SHIPPED = new Prompts(List.of(Announcement.Settings.SHIPPED_PROMPT), null);

        public Prompts {
            names = List.copyOf(names);
        }
    }

    /// Where SIP listens, and what peers are told.
    ///
    /// @param listen over UDP and TCP; port 0 takes one that is free for both
    /// @param advertised addresses that go into Via, Record-Route, Path and SDP, one of each family at most; empty:
    ///     found from `listen`
    /// @param tls over TLS; null: not at all
    public record Sip(
            List<HostPort> listen,
            List<String> advertised,
            @Nullable Tls tls) {

        public Sip {
            listen = List.copyOf(listen);
            advertised = List.copyOf(advertised);
        }

        /// One address over UDP and TCP, and what follows from it.
        public static Sip at(HostPort listen) {
            return new Sip(List.of(listen), List.of(), null);
        }
    }

    /// SIP over TLS.
    ///
    /// @param trust null: the authorities that Java trusts, for peers that we connect to
    /// @param clientsRequired whether a peer that connects must show a certificate
    public record Tls(
            List<HostPort> listen,
            Path certificate,
            Path key,
            @Nullable Path trust,
            boolean clientsRequired) {

        public Tls {
            listen = List.copyOf(listen);
        }
    }

    /// Between whom the proxy stands.
    ///
    /// @param upstream registrar or PBX for requests that name us as their host; empty: route by Request-URI
    /// @param trunk the carrier, where the proxy stands between it and the PBX; empty: none
    /// @param profile what the carrier has on its hop (J1); null: nothing is promised of it
    /// @param earlyProofs that callers of servers of its hear a notice before the answer (N3)
    /// @param extensions patterns of the identities that are inside (J5); none: the way in decides
    /// @param dns name servers to ask, by address; null: those of this system
    /// @param healthInterval how often upstream and trunk are asked whether they are there; zero for never
    /// @param pathContact registrars that keep no Path; null for none
    /// @param srtp what is spoken with whom
    /// @param admission who may use it, and how much of it
    public record Routes(
            List<NextHop> upstream,
            List<NextHop> trunk,
            @Nullable TrunkProfile profile,
            List<EarlyProof> earlyProofs,
            Extensions extensions,
            @Nullable List<HostPort> dns,
            Duration healthInterval,
            @Nullable Networks pathContact,
            SrtpProfiles srtp,
            AdmissionSettings admission) {

        /// No neighbours, and the usual bounds.
        public static final Routes NONE = admitting(AdmissionSettings.defaults());

        public Routes {
            upstream = List.copyOf(upstream);
            trunk = List.copyOf(trunk);
            earlyProofs = List.copyOf(earlyProofs);
            dns = dns == null ? null : List.copyOf(dns);
        }

        /// No neighbours: by Request-URI.
        public static Routes admitting(AdmissionSettings admission) {
            return new Routes(
                    List.of(),
                    List.of(),
                    null,
                    List.of(),
                    Extensions.ANY,
                    null,
                    Duration.ZERO,
                    null,
                    SrtpProfiles.PASSING,
                    admission);
        }
    }

    /// The two homes of recordings.
    ///
    /// @param data where everything that lasts is kept
    /// @param ringBytes room for recordings on the built-in medium, after which the oldest are overwritten
    /// @param cloud the directory that is the cloud; null: below `data`
    /// @param demo whether the demo makes what is recorded
    public record Store(Path data, long ringBytes, @Nullable Path cloud, boolean demo) {

        /// That of real calls, with a ring of the default size.
        public static Store at(Path data) {
            return new Store(data, StoreSettings.RING_BYTES_DEFAULT, null, false);
        }

        /// That of the demo, whose recordings may be exported.
        public static Store ofDemo(Path data) {
            return new Store(data, StoreSettings.RING_BYTES_DEFAULT, null, true);
        }
    }

    /// What file and options say, and the defaults for the rest.
    ///
    /// @param chosen without [Chosen#conflicts()]
    public static Config of(Chosen chosen) {
        return new Config(
                new Sip(
                        chosen.need(SipKeys.LISTEN),
                        Objects.requireNonNullElse(chosen.get(SipKeys.ADVERTISE), List.of()),
                        tls(chosen)),
                new Routes(
                        Objects.requireNonNullElse(chosen.get(SipKeys.UPSTREAM), List.of()),
                        Objects.requireNonNullElse(chosen.get(SipKeys.TRUNK), List.of()),
                        chosen.need(SipKeys.TRUNK_PROFILE) ? new TrunkProfile(chosen.need(SipKeys.TRUNK_MTU)) : null,
                        Objects.requireNonNullElse(chosen.get(SipKeys.TRUNK_EARLY_MEDIA), List.of()),
                        Objects.requireNonNullElse(chosen.get(SipKeys.EXTENSIONS), Extensions.ANY),
                        chosen.get(SipKeys.DNS),
                        chosen.need(SipKeys.HEALTH_INTERVAL),
                        chosen.get(SipKeys.PATH_CONTACT),
                        new SrtpProfiles(
                                chosen.need(SipKeys.SRTP_UPSTREAM),
                                chosen.need(SipKeys.SRTP_TRUNK),
                                chosen.need(SipKeys.SRTP_TELEPHONES)),
                        new AdmissionSettings(
                                chosen.need(SipKeys.NETWORKS),
                                chosen.need(SipKeys.STRANGERS),
                                chosen.need(SipKeys.RATE_PER_SOURCE),
                                chosen.need(SipKeys.INVITE_RATE))),
                numbering(chosen),
                chosen.lines().stream().map(Config::line).toList(),
                new Calendar(chosen.need(ConfigKeys.CALENDAR_HOLIDAYS), schedules(chosen.schedules())),
                chosen.need(SipKeys.DSCP),
                chosen.need(ConfigKeys.CONSOLE_LISTEN),
                chosen.need(ConfigKeys.MEDIA_PORTS),
                chosen.need(ConfigKeys.MEDIA_KERNEL),
                new Store(
                        chosen.need(ConfigKeys.STORE_DATA),
                        chosen.need(ConfigKeys.STORE_RING_SIZE),
                        chosen.get(ConfigKeys.STORE_CLOUD),
                        false),
                chosen.need(ConfigKeys.CALLS_WHEN_UNRECORDABLE),
                chosen.need(ConfigKeys.CALLS_UNANNOUNCEABLE),
                chosen.need(ConfigKeys.CALLS_INSIDE_HEARS),
                new Prompts(chosen.need(ConfigKeys.CALLS_PROMPT), chosen.get(ConfigKeys.CALLS_PROMPTS)),
                new CallRules(chosen.need(ConfigKeys.CALLS_PAUSE), chosen.need(ConfigKeys.CALLS_OBJECTION)),
                new Telephone(chosen.need(ConfigKeys.TELEPHONE_CODES), chosen.get(ConfigKeys.TELEPHONE_GROUND_TEXT)),
                chosen.need(ConfigKeys.CALLS_DRAIN),
                chosen.need(ConfigKeys.CALLS_SILENT_AFTER),
                chosen.need(ConfigKeys.CALLS_REHEARSAL),
                chosen.need(ConfigKeys.LOG_FORMAT));
    }

    private static List<Schedule> schedules(List<Map<Key<?>, String>> entries) {
        Map<String, List<Schedule.Rule>> rules = new LinkedHashMap<>();
        for (Map<Key<?>, String> entry : entries) {
            rules.computeIfAbsent(Chosen.need(entry, LineKeys.SCHEDULE_NAME), _ -> new ArrayList<>())
                    .add(new Schedule.Rule(
                            Chosen.need(entry, LineKeys.SCHEDULE_WHEN),
                            Chosen.need(entry, LineKeys.SCHEDULE_NOTICE),
                            Chosen.need(entry, LineKeys.SCHEDULE_PROMPTS)));
        }
        return rules.entrySet().stream()
                .map(schedule -> new Schedule(schedule.getKey(), schedule.getValue()))
                .toList();
    }

    private static LinePolicy line(Map<Key<?>, String> entry) {
        String schedule = Chosen.need(entry, LineKeys.SCHEDULE);
        return new LinePolicy(
                Chosen.need(entry, LineKeys.NUMBER),
                new Line(Chosen.need(entry, LineKeys.SECTION), Chosen.need(entry, LineKeys.SITE)),
                Chosen.need(entry, LineKeys.NOTICE),
                Chosen.need(entry, LineKeys.WHEN_UNRECORDABLE),
                Chosen.need(entry, LineKeys.FAX_TONES),
                schedule.equals(LineKeys.NONE) ? null : schedule,
                Chosen.need(entry, LineKeys.CODES),
                Chosen.need(entry, LineKeys.OUTBOUND_NOTICE));
    }

    private static Numbering numbering(Chosen chosen) {
        DialPlan plan = Objects.requireNonNullElse(chosen.get(SipKeys.OUTSIDE_PREFIX), DialPlan.NONE);
        return new Numbering(
                new EmergencyNumbers(plan, chosen.need(SipKeys.EMERGENCY_NUMBERS)),
                Objects.requireNonNullElse(chosen.get(SipKeys.EMERGENCY_CALLBACKS), Set.of()));
    }

    private static @Nullable Tls tls(Chosen chosen) {
        Path certificate = chosen.get(SipKeys.TLS_CERTIFICATE);
        Path key = chosen.get(SipKeys.TLS_KEY);
        return certificate == null || key == null
                ? null
                : new Tls(
                        chosen.need(SipKeys.TLS_LISTEN),
                        certificate,
                        key,
                        chosen.get(SipKeys.TLS_TRUST),
                        chosen.need(SipKeys.TLS_CLIENTS));
    }

    /// Where everything that lasts is kept.
    public Path data() {
        return store.data();
    }
}
