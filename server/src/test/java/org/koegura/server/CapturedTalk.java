package org.koegura.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Pcap;

/// What a SIPp party says: speech that somebody else captured, PCMA, 30 ms a packet.
final class CapturedTalk {

    /// Keys of the scenarios that offer or answer that.
    static final Map<String, String> PCMA = Map.of("pt", "8", "encoding", "PCMA", "direction", "sendrecv");

    private CapturedTalk() {}

    /// The blanks of a scenario that says half of it while the notice plays and the other half after it, so that no
    /// packet is said twice.
    ///
    /// @param home where the halves are written
    /// @param times further blanks
    static Map<String, String> inTwoHalves(Path home, Map<String, String> times) throws IOException {
        Path capture = Path.of(System.getProperty("koegura.corpus", "../../shared/corpus"), "captures/sipp_g711a.pcap");
        Assumptions.assumeTrue(Files.exists(capture), "the corpus is not here: " + capture);
        int half = Pcap.records(Files.readAllBytes(capture)) / 2;
        Map<String, String> all = new HashMap<>(times);
        all.put(
                "CAPTURE",
                MadeCapture.part(capture, home.resolve("first.pcap"), 0, half).toString());
        all.put(
                "AFTER",
                MadeCapture.part(capture, home.resolve("second.pcap"), half, 2 * half)
                        .toString());
        return all;
    }
}
