package org.koegura.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.koegura.announcement.Holidays;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.sipproxy.negotiation.NoticeCodecs;

/// Every setting there is, with [SipKeys] and [LineKeys]. The file's keys, the options of `koegura run`, their
/// defaults, the words of their faults and the example file come from here: a new one is a declaration here and a field
/// in [Config].
public final class ConfigKeys {

    public static final Key<PortRange> MEDIA_PORTS = new Key<>(
            "media.ports",
            "--ports",
            "FIRST-LAST",
            "20000-39999",
            "20000-39999",
            false,
            "UDP ports from 1024 to 65535, the first not above the last, at least 4 from an even one on",
            "UDP ports for RTP and RTCP; a call takes four.",
            Readers.orNull(PortRange::parse));

    static final Key<Boolean> MEDIA_KERNEL = new Key<>(
            "media.kernel",
            "--media-kernel",
            "auto|never",
            "auto",
            "never",
            false,
            "auto or never",
            "Whether the kernel itself passes on packets of calls that need nothing of us, past the host's packet"
                    + " filter; auto: where it can (Linux 6.6) and we may (root, or CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON),"
                    + " by our own sockets elsewhere.",
            Readers.choice("auto", true, "never", false));

    public static final Key<HostPort> CONSOLE_LISTEN = new Key<>(
            "console.listen",
            "--http",
            "HOST:PORT",
            "127.0.0.1:8080",
            "127.0.0.1:8080",
            false,
            "an address of this machine and a TCP port 0 to 65535",
            "Where console, API and /metrics listen; port 0 takes a free one.",
            Readers::hostPort);

    public static final Key<Path> STORE_DATA = new Key<>(
            "store.data",
            "--data",
            "DIR",
            "var",
            "/var/lib/koegura",
            false,
            "a directory, from the working directory on where it does not begin with /",
            "Directory of recordings, keys, journal, database and log.",
            Readers::directory);

    static final Key<Long> STORE_RING_SIZE = new Key<>(
            "store.ring-size",
            "--ring-size",
            "SIZE",
            "20GiB",
            "500GiB",
            true,
            "64KiB to 900TiB, a whole number with KiB, MiB, GiB or TiB, or without a unit for bytes",
            "Room for recordings on this machine; then the oldest that the cloud holds are overwritten.",
            Readers::ringBytes);

    static final Key<Path> STORE_CLOUD = new Key<>(
            "store.cloud",
            "--cloud",
            "DIR",
            null,
            "/mnt/koegura-cloud",
            false,
            "a directory, from the working directory on where it does not begin with /",
            "Directory that is the cloud, the second home of recordings; left out: cloud/ in the data directory.",
            Readers::directory);

    static final Key<Boolean> CALLS_WHEN_UNRECORDABLE = new Key<>(
            "calls.when-unrecordable",
            "--when-unrecordable",
            "pass|refuse",
            "pass",
            "pass",
            false,
            "pass or refuse",
            "A call that should be recorded and cannot be passes unrecorded, or is refused; lines may say otherwise.",
            Readers.choice("pass", false, "refuse", true));

    static final Key<NoticeCodecs.Others> CALLS_UNANNOUNCEABLE = new Key<>(
            "calls.unannounceable",
            "--unannounceable",
            "leave|last|strip",
            "last",
            "strip",
            false,
            "leave, last or strip",
            "Codecs without a notice stay where the parties list them, come last where one of them was first, or are"
                    + " taken out where another remains.",
            text -> switch (text) {
                case "leave" -> NoticeCodecs.Others.LEAVE;
                case "last" -> NoticeCodecs.Others.LAST;
                case "strip" -> NoticeCodecs.Others.STRIP;
                default -> null;
            });

    static final Key<List<String>> CALLS_PROMPT = new Key<>(
            "calls.prompt",
            "--prompt",
            "NAME[,…]",
            "notice-ja-1",
            "city-2,city-1",
            false,
            "one to eight names with commas between",
            "The notice that is played: the first of these that is valid on the day of the call, and notice-ja-1 where"
                    + " none is.",
            text -> Readers.list(text, Readers::promptName));

    static final Key<Path> CALLS_PROMPTS = new Key<>(
            "calls.prompts",
            "--prompts",
            "DIR",
            null,
            "/etc/koegura/prompts",
            false,
            "a directory, from the working directory on where it does not begin with /",
            "Directory of the city's own notices, as koegura prompt add keeps it.",
            Readers::directory);

    static final Key<Boolean> CALLS_PAUSE = new Key<>(
            "calls.pause",
            "--pause",
            "never|authorised",
            "never",
            "authorised",
            false,
            "never or authorised",
            "Pausing the recording of a call that is up, for 5 minutes at most: nobody, or who may exempt calls.",
            Readers.choice("never", false, "authorised", true));

    static final Key<Boolean> CALLS_OBJECTION = new Key<>(
            "calls.objection",
            "--objection",
            "continue|stop",
            "continue",
            "stop",
            false,
            "continue or stop",
            "What becomes of recording once the other party's objection was marked: it goes on, or nothing more of the"
                    + " call is kept. What is stored stays in either case.",
            Readers.choice("continue", false, "stop", true));

    static final Key<InsideHears> CALLS_INSIDE_HEARS = new Key<>(
            "calls.inside-hears",
            "--inside-hears",
            "other-party|nothing|tone|notice",
            "other-party",
            "other-party",
            false,
            "other-party, nothing, tone or notice",
            "What the inside party hears while the notice is played to the other one: that party as ever, nothing,"
                    + " a tone, or the notice too.",
            text -> switch (text) {
                case "other-party" -> InsideHears.OTHER_PARTY;
                case "nothing" -> InsideHears.NOTHING;
                case "tone" -> InsideHears.TONE;
                case "notice" -> InsideHears.NOTICE;
                default -> null;
            });

    static final Key<Duration> CALLS_DRAIN = new Key<>(
            "calls.drain",
            "--drain",
            "DURATION",
            "60s",
            "60s",
            true,
            "0s to 24h, a whole number with s, min or h, or without a unit for seconds",
            "How long running calls may go on after the first Ctrl-C.",
            text -> Readers.duration(text, Duration.ZERO, Duration.ofDays(1)));

    static final Key<Duration> CALLS_SILENT_AFTER = new Key<>(
            "calls.silent-after",
            "--silent-after",
            "DURATION",
            "5min",
            "5min",
            true,
            "5s to 24h, a whole number with s, min or h, or without a unit for seconds",
            "How long an answered call may go without a packet before it counts as over; on hold 12 h at least.",
            text -> Readers.duration(text, Duration.ofSeconds(5), Duration.ofDays(1)));

    static final Key<Integer> CALLS_REHEARSAL = new Key<>(
            "calls.rehearsal",
            "--rehearsal",
            "NUMBER",
            "500",
            "0",
            true,
            "a whole number 0 to 10000",
            "Calls that it places through itself before it answers telephones, so that the first meet a warm proxy.",
            Readers::rehearsal);

    static final Key<Holidays> CALENDAR_HOLIDAYS = new Key<>(
            "calendar.holidays",
            "--holidays",
            "DAY[, …]",
            LineKeys.NONE,
            "12-29..01-03, 2027-01-11, 2027-02-11",
            false,
            "none, or days and ranges of days with commas between, such as 2027-01-11, and 12-29 for that of every year",
            "Days off, for schedules; public holidays are law and change: none is known but those that stand here.",
            text -> text.equals(LineKeys.NONE)
                    ? Holidays.NONE
                    : Readers.orNull(Holidays::parse).apply(text));

    static final Key<FeatureCodes> TELEPHONE_CODES = new Key<>(
            "telephone.codes",
            "--codes",
            "leader=DIGITS, WORD=DIGITS[, …]",
            FeatureCodes.STANDARD_TEXT,
            "leader=*8, exempt-1=11, exempt-2=12",
            false,
            "a leader of * or # and up to three digits, and what follows it for each word that is in use: 1 to 6 of 0 to"
                    + " 9, * and #, none the beginning of another",
            "Which digits ask for what on an inside telephone; whatever begins with the leader and is a code is not sent"
                    + " on.",
            Readers.orNull(FeatureCodes::parse));

    static final Key<String> TELEPHONE_GROUND_TEXT = new Key<>(
            "telephone.ground-3-text",
            "--ground-3-text",
            "TEXT",
            null,
            "as General Affairs decided under number 17 of 2026",
            false,
            "1 to 1000 characters without a telephone number",
            "What the journal says of an exemption on ground 3 that is asked for by a code; left out: that code is"
                    + " refused.",
            Readers::groundText);

    static final Key<LogFormat> LOG_FORMAT = new Key<>(
            "log.format",
            "--log",
            "text|json",
            "text",
            "json",
            false,
            "text or json",
            "How the log is written, on the terminal and in the data directory: for people, or one JSON object a line.",
            Readers.choice("text", LogFormat.TEXT, "json", LogFormat.JSON));

    /// In the order of the example; the keys of one section stand together.
    public static final List<Key<?>> ALL = List.of(
            SipKeys.LISTEN,
            SipKeys.ADVERTISE,
            SipKeys.UPSTREAM,
            SipKeys.TRUNK,
            SipKeys.TRUNK_PROFILE,
            SipKeys.TRUNK_MTU,
            SipKeys.TRUNK_EARLY_MEDIA,
            SipKeys.EXTENSIONS,
            SipKeys.DNS,
            SipKeys.HEALTH_INTERVAL,
            SipKeys.OUTSIDE_PREFIX,
            SipKeys.EMERGENCY_NUMBERS,
            SipKeys.EMERGENCY_CALLBACKS,
            SipKeys.DSCP,
            SipKeys.PATH_CONTACT,
            SipKeys.NETWORKS,
            SipKeys.STRANGERS,
            SipKeys.RATE_PER_SOURCE,
            SipKeys.INVITE_RATE,
            SipKeys.TLS_LISTEN,
            SipKeys.TLS_CERTIFICATE,
            SipKeys.TLS_KEY,
            SipKeys.TLS_TRUST,
            SipKeys.TLS_CLIENTS,
            SipKeys.SRTP_UPSTREAM,
            SipKeys.SRTP_TRUNK,
            SipKeys.SRTP_TELEPHONES,
            MEDIA_PORTS,
            MEDIA_KERNEL,
            CONSOLE_LISTEN,
            STORE_DATA,
            STORE_RING_SIZE,
            STORE_CLOUD,
            CALLS_WHEN_UNRECORDABLE,
            CALLS_UNANNOUNCEABLE,
            CALLS_INSIDE_HEARS,
            CALLS_PROMPT,
            CALLS_PROMPTS,
            CALLS_PAUSE,
            CALLS_OBJECTION,
            CALLS_DRAIN,
            CALLS_SILENT_AFTER,
            CALLS_REHEARSAL,
            CALENDAR_HOLIDAYS,
            TELEPHONE_CODES,
            TELEPHONE_GROUND_TEXT,
            LOG_FORMAT);

    private ConfigKeys() {}

    /// A whole configuration file: every key with its default, and what it may be.
    public static String example() {
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
        for (Rows rows : LineKeys.ALL) {
            text.append('\n').append(rows.example());
        }
        return text.toString();
    }
}
