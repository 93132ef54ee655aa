package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// All 49 messages of RFC 4475 through the whole room, over UDP and over TCP, with the verdict that
/// `expected.tsv` wants of a proxy.
///
/// A message that may pass gets a Route to the registrar as its first line, as its sender's outbound
/// proxy would be told: the hosts that it names are nobody's. Everything else is sent as the file has it.
class TortureTest {

    private static final Path CORPUS =
            Path.of(System.getProperty("koegura.corpus", "../../shared/corpus"), "sip-torture");

    /// What a message causes beyond its verdict follows at once.
    private static final Duration LATER = Duration.ofMillis(150);

    /// Fields that a proxy edits; of the topmost Via only.
    private static final Set<String> EDITED = Set.of("max-forwards", "content-length", "l", "route");

    private static final Pattern LENGTH = Pattern.compile("(?im)^(?:content-length|l)[ \\t]*:\\s*(\\S+)");
    private static final Pattern SECOND_REQUEST = Pattern.compile("(?<=\r\n)(INVITE sip:\\S+ SIP/2\\.0\r\n)");

    /// One line of `expected.tsv`.
    private record Row(String file, String what, List<String> verdicts) {

        /// F forwards, R takes a response that is nobody's, D discards, a number answers.
        boolean mayPass() {
            return verdicts.contains("F");
        }

        String sent(ProxyBench bench) throws IOException {
            String message = Files.readString(CORPUS.resolve(file), StandardCharsets.ISO_8859_1);
            if (!mayPass()) {
                return message;
            }
            String route = "Route: <sip:" + bench.registrar.hostPort() + ";lr>\r\n";
            String first = message.replaceFirst("\r\n", "\r\n" + route);
            return SECOND_REQUEST.matcher(first).replaceAll("$1" + route);
        }
    }

    /// What the room did so far.
    private record Done(double requestsOut, double strays, double unreadable, List<Double> answers) {

        private static final List<String> CODES =
                List.of("200", "400", "401", "404", "416", "420", "482", "483", "500", "501", "503", "505");

        static Done by(ProxyBench bench) {
            return new Done(
                    bench.count("koegura.sip.requests", "direction", "out"),
                    bench.count("koegura.sip.dropped", "reason", "stray_response"),
                    bench.count("koegura.sip.parse.errors"),
                    CODES.stream()
                            .map(code -> bench.count("koegura.sip.responses", "direction", "out", "code", code))
                            .toList());
        }

        /// The verdict since then; null where there is none yet.
        @Nullable
        String verdictSince(Done before, boolean request) {
            for (int i = 0; i < CODES.size(); i++) {
                if (answers.get(i) > before.answers.get(i)) {
                    return CODES.get(i);
                }
            }
            if (requestsOut > before.requestsOut) {
                return "F";
            }
            if (strays > before.strays) {
                return "R";
            }
            return !request && unreadable > before.unreadable ? "D" : null;
        }

        double answered() {
            return answers.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    private static List<Row> rows() throws IOException {
        assertThat(CORPUS)
                .as("the corpus is not here: give the folder that holds sip-torture as -Dkoegura.corpus=FOLDER")
                .isDirectory();
        return Files.readAllLines(CORPUS.resolve("expected.tsv")).stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .map(column -> new Row(column[0], column[3], List.of(column[5].split("/", -1))))
                .toList();
    }

    private interface Check {
        void of(ProxyBench bench, Row row) throws Exception;
    }

    /// As few rooms as will do: messages that share method, branch and sent-by are one transaction (RFC 3261 §17.2.3),
    /// and must not meet.
    private static final class Rooms {

        private final Map<ProxyBench, Set<String>> seen = new LinkedHashMap<>();

        ProxyBench roomFor(Row row) throws IOException, SipFault {
            List<String> fields = fields(Files.readString(CORPUS.resolve(row.file()), StandardCharsets.ISO_8859_1));
            String transaction = fields.getFirst().split(" ", 2)[0]
                    + fields.stream().filter(TortureTest::isVia).findFirst().orElse("");
            for (Map.Entry<ProxyBench, Set<String>> room : seen.entrySet()) {
                if (room.getValue().add(transaction)) {
                    return room.getKey();
                }
            }
            ProxyBench another = new ProxyBench();
            seen.put(another, new HashSet<>(Set.of(transaction)));
            return another;
        }

        void close() {
            seen.keySet().forEach(ProxyBench::close);
        }
    }

    private static Stream<DynamicTest> all(Check check) throws IOException {
        List<Row> rows = rows();
        assertThat(rows).hasSize(49);
        Rooms rooms = new Rooms();
        return rows.stream()
                .map(row ->
                        DynamicTest.dynamicTest(row.file() + " " + row.what(), () -> check.of(rooms.roomFor(row), row)))
                .onClose(rooms::close);
    }

    @TestFactory
    Stream<DynamicTest> everyMessageGetsItsVerdictOverUdp() throws Exception {
        return all((bench, row) -> {
            String sent = row.sent(bench);
            Done before = Done.by(bench);
            bench.telephone.send(sent, bench.address());
            judge(row, sent, bench, before);
        });
    }

    @TestFactory
    Stream<DynamicTest> everyMessageGetsItsVerdictOverTcpAndWhatCannotBeFramedEndsItsConnectionAlone()
            throws Exception {
        return all((bench, row) -> {
            String sent = row.sent(bench);
            Done before = Done.by(bench);
            try (TcpPeer peer = new TcpPeer().connect(bench.address())) {
                peer.send(sent);
                switch (Framing.of(sent)) {
                    case NONE -> {
                        assertThat(peer.untilClosed())
                                .satisfiesAnyOf(
                                        nothing -> assertThat(nothing).isEmpty(),
                                        answer -> assertThat(answer).startsWith("SIP/2.0 400 "));
                        assertThat(Done.by(bench).requestsOut()).isEqualTo(before.requestsOut());
                    }
                    case UNFINISHED -> {}
                    case WHOLE -> {
                        String verdict = judge(row, sent, bench, before);
                        if (!verdict.matches("[FRD]")) {
                            peer.receive("SIP/2.0 " + verdict + " ");
                        }
                    }
                }
                isAlive(bench, row.file());
            }
        });
    }

    /// Whether a message over TCP says where it ends (RFC 3261 §18.3), found without the framer.
    private enum Framing {
        WHOLE,
        UNFINISHED,
        NONE;

        static Framing of(String message) {
            int head = message.indexOf("\r\n\r\n") + 4;
            Set<String> lengths = LENGTH.matcher(message.substring(0, head))
                    .results()
                    .map(length -> length.group(1))
                    .collect(Collectors.toSet());
            Optional<Integer> only = lengths.size() == 1
                    ? lengths.stream()
                            .filter(length -> length.matches("\\d{1,9}"))
                            .map(Integer::valueOf)
                            .findFirst()
                    : Optional.empty();
            return only.map(length -> message.length() - head < length ? UNFINISHED : WHOLE)
                    .orElse(NONE);
        }
    }

    private static String judge(Row row, String sent, ProxyBench bench, Done before) {
        boolean request = !sent.startsWith("SIP/");
        await().until(() -> Done.by(bench).verdictSince(before, request) != null);
        String verdict = String.valueOf(Done.by(bench).verdictSince(before, request));
        assertThat(bench.count("koegura.faults")).as("faults of ours").isZero();
        assertThat(row.verdicts())
                .as("%s, which had the verdict %s", row, verdict)
                .containsAnyOf(verdict, verdict.equals("R") ? "D" : verdict); // a stray response is discarded
        if (verdict.equals("F")) {
            passedAsItCame(sent, arrived(bench, sent), bench);
        } else if (!verdict.matches("[RD]")) {
            staysSo(bench, before, before.answered() + 1);
        } else {
            staysSo(bench, before, before.answered());
        }
        return verdict;
    }

    /// What was answered or discarded goes nowhere, and gets no answer later.
    private static void staysSo(ProxyBench bench, Done before, double answered) {
        await().during(LATER).untilAsserted(() -> {
            Done now = Done.by(bench);
            assertThat(now.requestsOut()).as("requests passed on").isEqualTo(before.requestsOut());
            assertThat(now.answered()).as("answers").isEqualTo(answered);
        });
    }

    /// What arrived before it followed it in its stream.
    private static String arrived(ProxyBench bench, String sent) {
        String line = fields(sent).getFirst();
        String callId = fields(sent).stream()
                .filter(field -> Set.of("call-id", "i").contains(name(field)))
                .findFirst()
                .orElseThrow();
        while (true) {
            String next = bench.registrar.receive("");
            if (next.startsWith(line + "\r\n") && next.contains("\r\n" + callId + "\r\n")) {
                return next;
            }
        }
    }

    /// The first line, every field but those that a proxy edits, and every body but a session description are the
    /// sender's, byte by byte.
    private static void passedAsItCame(String sent, String onward, ProxyBench bench) {
        int end = sent.indexOf("\r\n\r\n");
        List<String> ours = fields(onward).stream()
                .filter(field -> !field.contains(bench.hostPort()))
                .toList();
        assertThat(kept(ours)).isEqualTo(kept(fields(sent)));
        assertThat(vias(ours)).as("Vias below the topmost").isEqualTo(vias(fields(sent)));
        String body = sent.substring(end + 4);
        boolean described = body.startsWith("v=0");
        if (!described) {
            String length =
                    LENGTH.matcher(sent).results().findFirst().orElseThrow().group(1);
            assertThat(SipPeer.body(onward)).isEqualTo(body.substring(0, Integer.parseInt(length)));
        }
    }

    /// Each with its folds.
    private static List<String> fields(String message) {
        String head = message.substring(0, message.indexOf("\r\n\r\n"));
        return Arrays.asList(head.split("\r\n(?![ \\t])", -1));
    }

    private static String name(String field) {
        return field.replaceFirst("(?s)[ \\t]*:.*", "").toLowerCase(Locale.ROOT);
    }

    private static List<String> kept(List<String> fields) {
        return fields.stream()
                .filter(field -> !EDITED.contains(name(field)) && !isVia(field))
                .toList();
    }

    private static List<String> vias(List<String> fields) {
        List<String> all =
                new ArrayList<>(fields.stream().filter(TortureTest::isVia).toList());
        return all.subList(1, all.size());
    }

    private static boolean isVia(String field) {
        return name(field).equals("via") || name(field).equals("v");
    }

    private static void isAlive(ProxyBench bench, String after) throws IOException {
        try (TcpPeer peer = new TcpPeer().connect(bench.address())) {
            peer.send(SipPeer.lines(
                    "OPTIONS sip:" + bench.hostPort() + " SIP/2.0",
                    "Via: SIP/2.0/TCP " + peer.hostPort() + ";branch=z9hG4bKafter" + after,
                    "Max-Forwards: 70",
                    "From: <sip:x@example.com>;tag=1",
                    "To: <sip:" + bench.hostPort() + ">",
                    "Call-ID: after-" + after,
                    "CSeq: 1 OPTIONS",
                    "Content-Length: 0",
                    ""));
            peer.receive("SIP/2.0 200 ");
        }
    }
}
