package org.koegura.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.koegura.announcement.Holidays;
import org.koegura.announcement.LinePolicy;
import org.koegura.announcement.Schedule;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.governance.CallRules;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.AdmissionSettings.Strangers;
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
import org.koegura.sipproxy.transport.Protocol;

/// The configuration file: what is wrong is told with its place and what is allowed; what is right has effect.
class ConfigFileTest {

    static Stream<Path> badFiles() throws IOException, URISyntaxException {
        return ConfigFiles.beside(ConfigFileTest.class, "bad");
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void aBadFileIsToldLineByLine(Path file) throws IOException {
        assertThat(complaints(file.getFileName().toString(), ConfigFile.of(Files.readAllBytes(file)), Map.of()))
                .isEqualTo(Files.readAllLines(ConfigFiles.expected(file)))
                .isNotEmpty();
    }

    @Test
    void thereAreManyBadFiles() throws Exception {
        assertThat(badFiles()).hasSizeGreaterThanOrEqualTo(40);
    }

    @Test
    void theExampleIsWhatTheDeclarationSaysAndGivesTheDefaults() throws IOException {
        Path example = Path.of("..", "deploy", "koegura.example.yaml");
        assertThat(Files.readString(example)).isEqualTo(ConfigKeys.example());
        assertThat(config(ConfigKeys.example())).isEqualTo(config(""));
    }

    @Test
    void anExampleLineThatIsOutOfUseIsAllowedToo() {
        Config all = config(ConfigKeys.example()
                .replaceAll("  # (advertise|upstream|trunk|extensions|dns|cloud|certificate|key|trust):", "  $1:")
                .replaceAll("(?m)^# (lines:|schedules:|  - (?:name|number):|    [ a-z#])", "$1"));
        assertThat(all.lines())
                .containsExactly(new LinePolicy(
                        "0990100xxx",
                        new Line("tax", "main-hall"),
                        LinePolicy.Notice.ANSWER,
                        LinePolicy.Unrecordable.PASS,
                        LinePolicy.FaxTones.DETECT,
                        "office"));
        assertThat(all.calendar().schedules())
                .containsExactly(new Schedule(
                        "office",
                        List.of(new Schedule.Rule(
                                Schedule.Times.parse("mon-fri 00:00-08:30, mon-fri 17:15-24:00, sat, sun, holidays"),
                                LinePolicy.Notice.ANSWER,
                                List.of("notice-en-1", "notice-ja-1")))));
        assertThat(all.sip().tls())
                .isEqualTo(new Config.Tls(
                        List.of(new HostPort("0.0.0.0", 5061)),
                        Path.of("/etc/koegura/sip.crt"),
                        Path.of("/etc/koegura/sip.key"),
                        Path.of("/etc/koegura/sip-trust.crt"),
                        false));
        assertThat(all.sip().advertised()).containsExactly("192.0.2.10");
        assertThat(all.routes())
                .isEqualTo(new Config.Routes(
                        List.of(
                                NextHop.at("192.0.2.20", 5060, null),
                                new NextHop("192.0.2.21", 5060, null, 0, 2),
                                new NextHop("backup.example.jp", -1, null, 2, 1)),
                        List.of(NextHop.at("198.51.100.1", 5060, null)),
                        null,
                        List.of(),
                        new Extensions(List.of("2xx", "0990100*")),
                        List.of(new HostPort("192.0.2.53", 53), new HostPort("192.0.2.54", 53)),
                        Duration.ofSeconds(30),
                        null,
                        SrtpProfiles.PASSING,
                        AdmissionSettings.defaults()));
        assertThat(all.store().cloud()).isEqualTo(Path.of("/mnt/koegura-cloud"));
    }

    @Test
    void theTenLinesOfTheReadmeAreTenAndAllowed() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int begin = readme.indexOf("```yaml\n") + "```yaml\n".length();
        String lines = readme.substring(begin, readme.indexOf("```", begin));
        assertThat(lines.lines()).hasSize(10);
        assertThat(config(lines).routes().trunk()).containsExactly(NextHop.at("198.51.100.1", 5060, Protocol.TCP));
    }

    @Test
    void everyExampleOfDeployIsAllowed() throws IOException {
        List<String> examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "deploy", "README.md")))
                .results()
                .map(example -> example.group(1))
                .toList();
        assertThat(examples)
                .hasSizeGreaterThan(3)
                .allSatisfy(example -> assertThat(config(example)).isNotEqualTo(config("")));
    }

    @Test
    void everyKeyAllowsItsDefaultAndItsExample() {
        for (Key<?> key : ConfigKeys.ALL) {
            assertThat(key.read(key.example())).as(key.path()).isNotNull();
            if (key.standard() != null) {
                assertThat(key.read(key.standard())).as(key.path()).isNotNull();
            }
        }
    }

    @Test
    void whatTheFileSaysHasEffect() {
        Config config = config("""
            sip: {listen: '[2001:db8::1]:5070, 192.0.2.1:5072', advertise: 'sip.example, 2001:db8::7',
              upstream: 192.0.2.20:5060/tcp, trunk: "198.51.100.1:5061/udp, [2001:db8:1::1]",
              trunk-profile: ngn, trunk-mtu: 1280, extensions: 201,
              trunk-early-media: "198.51.100.1 2026-11-20, [2001:DB8:1:0::1] 2026-11-21",
              dns: "[2001:db8::53]:5353", health-interval: 1min, path-contact: 192.0.2.20, outside-prefix: 9, dscp: cs5,
              emergency-numbers: "110,112", emergency-callbacks: "+81990000119, +81990000110",
              networks: "192.0.2.0/24, 2001:db8::/32", strangers: silence, rate-per-source: 50, invite-rate: 300,
              tls: {listen: '192.0.2.1:5071', certificate: /c.pem, key: /k.pem, trust: /t.pem, clients: require},
              srtp: {upstream: never, trunk: never, telephones: prefer}}
            media:
              ports: "30000-30100"
              kernel: never
            console:
              listen: localhost:0
            store:
              data: /var/lib/koegura
              ring-size: 3MiB
              cloud: /mnt/cloud
            calls:
              when-unrecordable: refuse
              unannounceable: strip
              inside-hears: tone
              prompt: city-2, notice-en-1
              prompts: /var/lib/koegura/prompts
              pause: authorised
              objection: stop
              drain: 2min
              silent-after: 30s
              rehearsal: 40
            log:
              format: json
            telephone:
              codes: "leader=#9, exempt-2=2, exempt-3=3"
              ground-3-text: by order 17 of 2026
            calendar:
              holidays: 12-29..01-03,
                2027-01-11
            schedules:
              - {name: night, when: 'mon-fri 17:15-24:00, sat', notice: never-record}
              - {name: other, when: daily, notice: bypass}
              - {name: night, when: holidays, notice: answer, prompts: closed-1}
            lines:
              - {number: 250, section: 相談, site: annex, notice: never-record, when-unrecordable: refuse, fax-tones: ignore,
                 schedule: none}
              - {number: 251, section: tax, site: annex, notice: early, outbound-notice: oral}
              - number: 2xx
                section: tax
                site: main-hall
                schedule: night
                codes: all
            """);
        assertThat(config)
                .isEqualTo(new Config(
                        new Config.Sip(
                                List.of(new HostPort("2001:db8::1", 5070), new HostPort("192.0.2.1", 5072)),
                                List.of("sip.example", "2001:db8::7"),
                                new Config.Tls(
                                        List.of(new HostPort("192.0.2.1", 5071)),
                                        Path.of("/c.pem"),
                                        Path.of("/k.pem"),
                                        Path.of("/t.pem"),
                                        true)),
                        new Config.Routes(
                                List.of(NextHop.at("192.0.2.20", 5060, Protocol.TCP)),
                                List.of(
                                        NextHop.at("198.51.100.1", 5061, Protocol.UDP),
                                        NextHop.at("2001:db8:1::1", -1, null)),
                                new TrunkProfile(1280),
                                List.of(
                                        new EarlyProof("198.51.100.1", LocalDate.of(2026, 11, 20)),
                                        new EarlyProof("2001:db8:1::1", LocalDate.of(2026, 11, 21))),
                                new Extensions(List.of("201")),
                                List.of(new HostPort("2001:db8::53", 5353)),
                                Duration.ofMinutes(1),
                                Networks.parse("192.0.2.20"),
                                new SrtpProfiles(SrtpProfile.NEVER, SrtpProfile.NEVER, SrtpProfile.PREFER),
                                new AdmissionSettings(
                                        Networks.parse("192.0.2.0/24,2001:db8::/32"), Strangers.SILENCE, 50, 300)),
                        new Numbering(
                                new EmergencyNumbers(new DialPlan("9"), Set.of("110", "112")),
                                Set.of("+81990000119", "+81990000110")),
                        List.of(
                                new LinePolicy(
                                        "250",
                                        new Line("相談", "annex"),
                                        LinePolicy.Notice.NEVER_RECORD,
                                        LinePolicy.Unrecordable.REFUSE,
                                        LinePolicy.FaxTones.IGNORE),
                                new LinePolicy(
                                        "251",
                                        new Line("tax", "annex"),
                                        LinePolicy.Notice.EARLY,
                                        LinePolicy.Unrecordable.DEFAULT,
                                        LinePolicy.FaxTones.DETECT,
                                        null,
                                        LinePolicy.Codes.NONE,
                                        LinePolicy.Outbound.ORAL),
                                new LinePolicy(
                                        "2xx",
                                        new Line("tax", "main-hall"),
                                        LinePolicy.Notice.ANSWER,
                                        LinePolicy.Unrecordable.DEFAULT,
                                        LinePolicy.FaxTones.DETECT,
                                        "night",
                                        LinePolicy.Codes.ALL)),
                        new Config.Calendar(
                                Holidays.parse("12-29..01-03, 2027-01-11"),
                                List.of(
                                        new Schedule(
                                                "night",
                                                List.of(
                                                        new Schedule.Rule(
                                                                Schedule.Times.parse("mon-fri 17:15-24:00, sat"),
                                                                LinePolicy.Notice.NEVER_RECORD,
                                                                List.of()),
                                                        new Schedule.Rule(
                                                                Schedule.Times.parse("holidays"),
                                                                LinePolicy.Notice.ANSWER,
                                                                List.of("closed-1")))),
                                        new Schedule(
                                                "other",
                                                List.of(new Schedule.Rule(
                                                        Schedule.Times.parse("daily"),
                                                        LinePolicy.Notice.BYPASS,
                                                        List.of()))))),
                        new Dscp(40),
                        new HostPort("localhost", 0),
                        new PortRange(30_000, 30_100),
                        false,
                        new Config.Store(Path.of("/var/lib/koegura"), 3 << 20, Path.of("/mnt/cloud"), false),
                        true,
                        NoticeCodecs.Others.STRIP,
                        InsideHears.TONE,
                        new Config.Prompts(List.of("city-2", "notice-en-1"), Path.of("/var/lib/koegura/prompts")),
                        new CallRules(true, true),
                        new Config.Telephone(
                                FeatureCodes.parse("leader=#9, exempt-2=2, exempt-3=3"), "by order 17 of 2026"),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(30),
                        40,
                        LogFormat.JSON));
    }

    @Test
    void anEmptyFileGivesTheDefaults() {
        for (String empty : List.of("", "\n", "# nothing\n", "---\n", "\uFEFF")) {
            assertThat(config(empty)).isEqualTo(Config.of(new Chosen("", Map.of(), Map.of())));
        }
    }

    @Test
    void anOptionOutranksTheFile() {
        ConfigFile file = read("calls:\n  drain: 10s\nlog:\n  format: json\n");
        Config config = Config.of(new Chosen("f", file.given(), Map.of(ConfigKeys.CALLS_DRAIN, "5")));
        assertThat(config.drainWait()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.log()).isEqualTo(LogFormat.JSON);
    }

    @Test
    void aConflictIsNamedByWhateverSetTheValue() {
        assertThat(complaints(
                        "f.yaml", read("sip:\n  listen: 0.0.0.0:5060\n"), Map.of(ConfigKeys.MEDIA_PORTS, "5000-6000")))
                .containsExactly("koegura: --ports: '5000-6000' collides with sip.listen '0.0.0.0:5060'; allowed: ports"
                        + " without that of SIP");
        assertThat(complaints("f.yaml", read("sip:\n  listen: 192.0.2.1:20000\n"), Map.of()))
                .containsExactly("f.yaml:2:11: sip.listen: '192.0.2.1:20000' collides with media.ports '20000-39999';"
                        + " allowed: another port");
        assertThat(complaints("", ConfigFile.EMPTY, Map.of(SipKeys.LISTEN, "192.0.2.1:8080")))
                .as("one port on two addresses")
                .isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsToldWithoutAPlace(@TempDir Path folder) throws IOException {
        assertThat(complaints("d", ConfigFile.read(folder), Map.of()))
                .containsExactly("d: is a directory; allowed: a file");
        assertThat(complaints("n", ConfigFile.read(folder.resolve("none")), Map.of()))
                .containsExactly("n: does not exist; allowed: a file that can be read");
        Path longFile = Files.writeString(folder.resolve("long"), "#".repeat(ConfigFile.BYTES_MAX + 1));
        assertThat(complaints("l", ConfigFile.read(longFile), Map.of()))
                .containsExactly("l: is too long; allowed: at most 65536 bytes");
        Path fits = Files.writeString(folder.resolve("fits"), "#".repeat(ConfigFile.BYTES_MAX));
        assertThat(complaints("f", ConfigFile.read(fits), Map.of())).isEmpty();
    }

    /// A mutation cuts a stretch out of the example and puts something else there.
    @Property(tries = 3000)
    void aMutatedExampleGivesAConfigOrLinesWithAPlace(@ForAll("mutations") byte[] bytes) {
        ConfigFile file = ConfigFile.of(bytes);
        List<String> complaints = complaints("f.yaml", file, Map.of());
        if (complaints.isEmpty()) {
            assertThat(Config.of(Chosen.of("f.yaml", file, Map.of()))).isNotNull();
        }
        assertThat(complaints).allMatch(line -> line.matches("f\\.yaml:[1-9][0-9]*:[1-9][0-9]*: \\P{Cntrl}+"));
    }

    @Provide
    Arbitrary<byte[]> mutations() {
        byte[] example =
                ConfigKeys.example().replaceAll("(?m)^ *# [^a].*\n", "").getBytes(StandardCharsets.UTF_8);
        Arbitrary<byte[]> put = Arbitraries.oneOf(
                Arbitraries.of(
                                "", " ", "\n", ":", "- ", "{", "}", "[", "]", "&a ", "*a", "!!int ", "'", "\"", "|\n",
                                ">", "?", "%", "---\n", "\t", "~", "<<: ", "0", "99999", "@", "`", "\u3042", "\0")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)),
                Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(6));
        return Combinators.combine(
                        Arbitraries.integers().between(0, example.length),
                        Arbitraries.integers().between(0, 12),
                        put)
                .as((from, length, middle) -> spliced(example, from, Math.min(example.length, from + length), middle));
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
        byte[] spliced = new byte[from + middle.length + bytes.length - to];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(middle, 0, spliced, from, middle.length);
        System.arraycopy(bytes, to, spliced, from + middle.length, bytes.length - to);
        return spliced;
    }

    private static List<String> complaints(String name, ConfigFile file, Map<Key<?>, String> options) {
        return file.problems().isEmpty()
                ? Chosen.of(name, file, options).conflicts()
                : file.problems().stream().map(problem -> problem.line(name)).toList();
    }

    private static Config config(String text) {
        ConfigFile file = read(text);
        assertThat(complaints("f.yaml", file, Map.of())).isEmpty();
        return Config.of(Chosen.of("f.yaml", file, Map.of()));
    }

    private static ConfigFile read(String text) {
        return ConfigFile.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
