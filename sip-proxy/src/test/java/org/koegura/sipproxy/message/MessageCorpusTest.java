package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The torture messages of RFC 4475, each with the verdict that `expected.tsv` wants of a proxy, and the
/// datagrams of the PROTOS suite. The corpora are no part of the repository; without them the tests report
/// themselves as skipped.
final class MessageCorpusTest {

    private static final Path TORTURE = MessageSamples.CORPUS.resolve("sip-torture");
    private static final Path PROTOS = MessageSamples.CORPUS.resolve("protos");

    /// Messages that are sound as messages. What is wrong with them depends on where they go, so that the
    /// router decides: an unknown scheme or extension, no hops left, a response that would go to all hosts.
    private static final Map<String, String> DECIDED_BY_THE_ROUTER = Map.of(
            "unkscm.dat", "F",
            "novelsc.dat", "F",
            "bext01.dat", "F",
            "zeromf.dat", "F",
            "bcast.dat", "R");

    /// What this package does with a datagram: F or R lets the request or response through, a number answers,
    /// D discards.
    private static String verdict(byte[] datagram) {
        boolean response = MessageSamples.text(datagram).startsWith("SIP/");
        try {
            WireMessage message = WireMessage.parse(datagram);
            if (message.isRequest()) {
                RequestCheck.request(message);
                return "F";
            }
            RequestCheck.response(message);
            return "R";
        } catch (MessageFault fault) {
            return response ? "D" : Integer.toString(fault.status());
        }
    }

    @TestFactory
    List<DynamicTest> everyTortureMessageGetsItsVerdict() throws IOException {
        assumeTrue(Files.isDirectory(TORTURE), () -> "no corpus at " + TORTURE.toAbsolutePath());
        List<DynamicTest> tests = new ArrayList<>();
        for (String line : Files.readAllLines(TORTURE.resolve("expected.tsv")).stream()
                .skip(1)
                .toList()) {
            String[] columns = line.split("\t", -1);
            String file = columns[0];
            List<String> wanted = DECIDED_BY_THE_ROUTER.containsKey(file)
                    ? List.of(DECIDED_BY_THE_ROUTER.get(file))
                    : Arrays.asList(columns[5].split("/", -1));
            tests.add(DynamicTest.dynamicTest(file + " " + columns[3], () -> torture(file, wanted)));
        }
        assertThat(tests).hasSize(49);
        return tests;
    }

    private static void torture(String file, List<String> wanted) throws IOException, MessageFault {
        byte[] datagram = Files.readAllBytes(TORTURE.resolve(file));
        String verdict = verdict(datagram);
        assertThat(verdict).isIn(wanted);
        switch (verdict) {
            case "F", "R" ->
                assertThat(datagram).startsWith(WireMessage.parse(datagram).bytes());
            case "D" -> assertThat(RequestCheck.salvage(datagram)).isNull();
            default -> assertThat(answer(datagram).status()).isEqualTo(400);
        }
    }

    /// The answer to a request that is refused, made as the proxy makes it.
    private static WireMessage answer(byte[] datagram) throws MessageFault {
        WireMessage request;
        try {
            request = WireMessage.parse(datagram);
        } catch (MessageFault fault) {
            request = Objects.requireNonNull(RequestCheck.salvage(datagram), "nothing to make an answer of");
        }
        WireMessage marked = ProxyEdits.receivedFrom(request, MessageSamples.source(), false);
        return Replies.response(marked, 400, "Bad Request", "9", List.of());
    }

    /// RFC 4475 §3.1.1.8: what follows the body in a datagram is no second message.
    @Test
    void ofADatagramThatHoldsTwoMessagesTheFirstIsTaken() throws IOException, MessageFault {
        assumeTrue(Files.isDirectory(TORTURE), () -> "no corpus at " + TORTURE.toAbsolutePath());
        byte[] datagram = Files.readAllBytes(TORTURE.resolve("dblreq.dat"));
        WireMessage first = WireMessage.parse(datagram);
        assertThat(first.request().method()).isEqualTo("REGISTER");
        assertThat(first.body()).isEmpty();
        assertThat(first.length()).isLessThan(datagram.length);
    }

    /// RFC 4475 §3.1.1.5: an escaped letter makes another method.
    @Test
    void anEscapedMethodIsAnotherMethod() throws IOException, MessageFault {
        assumeTrue(Files.isDirectory(TORTURE), () -> "no corpus at " + TORTURE.toAbsolutePath());
        WireMessage message = WireMessage.parse(Files.readAllBytes(TORTURE.resolve("esc02.dat")));
        assertThat(message.request().method()).isEqualTo("RE%47IST%45R");
    }

    @Test
    void noDatagramOfTheProtosSuiteRaisesAnythingButAFaultAndEachThatPassesKeepsItsBytes()
            throws IOException, MessageFault {
        assumeTrue(Files.isDirectory(PROTOS), () -> "no corpus at " + PROTOS.toAbsolutePath());
        int passed = 0;
        int answered = 0;
        int all = 0;
        try (Stream<Path> files = Files.list(PROTOS)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".sip"))
                    .sorted()
                    .toList()) {
                all++;
                byte[] datagram = Files.readAllBytes(file);
                String verdict = verdict(datagram);
                if (verdict.equals("F")) {
                    passed++;
                    WireMessage message = WireMessage.parse(datagram);
                    assertThat(datagram).startsWith(message.bytes());
                    WireMessage onward = MessageSamples.onward(message);
                    assertThat(onward.count("via")).isEqualTo(message.count("via") + 1);
                    assertThat(onward.body()).isEqualTo(message.body());
                } else if (RequestCheck.salvage(datagram) != null) {
                    answered++;
                    assertThat(answer(datagram).status()).isEqualTo(400);
                }
            }
        }
        assertThat(all).isEqualTo(302);
        assertThat(passed).as("sound ones").isGreaterThan(100);
        assertThat(answered).as("refused with an answer").isGreaterThan(20);
    }
}
