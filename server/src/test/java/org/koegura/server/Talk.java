package org.koegura.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Pcap;

/// What a SIPp party says, and how it offers or answers that.
///
/// PCMA is speech that somebody else captured, 30 ms a packet, where that is at hand; else, and in the other codecs,
/// packets are made up, which no telephone would wish to hear, but which are as good as any for whoever counts bits.
record Talk(Codec codec, int packetMillis) {

    private static final String CAPTURED_PCMA = "captures/sipp_g711a.pcap";

    /// About 3 s in each half.
    private static final int HALF_MILLIS = 3000;

    static Talk in(Codec codec) {
        return new Talk(codec, codec == Codec.PCMA ? 30 : 20);
    }

    /// What telephones send where nobody asks for anything else.
    static Talk ofTelephones(Codec codec) {
        return new Talk(codec, 20);
    }

    int ticksPerPacket() {
        return codec.clockRateHz() / 1000 * packetMillis;
    }

    /// Keys of the scenarios that offer or answer it.
    Map<String, String> keys() {
        return Map.of(
                "pt",
                Integer.toString(payloadType()),
                "encoding",
                switch (codec) {
                    case PCMU, PCMA, G722 -> codec.name() + "/8000";
                    case OPUS -> "opus/48000/2";
                },
                "ptime",
                Integer.toString(packetMillis),
                "direction",
                "sendrecv");
    }

    /// The blanks of a scenario that says half of it while the notice plays and the other half after it, so that no
    /// packet is said twice.
    ///
    /// @param home where the halves are written
    /// @param times further blanks
    Map<String, String> inTwoHalves(Path home, Map<String, String> times) throws IOException {
        Path first = home.resolve("first-" + codec + ".pcap");
        Path second = home.resolve("second-" + codec + ".pcap");
        Path captured = Path.of(System.getProperty("koegura.corpus", "../../shared/corpus"), CAPTURED_PCMA);
        if (codec == Codec.PCMA && Files.exists(captured)) {
            int half = Pcap.records(Files.readAllBytes(captured)) / 2;
            MadeCapture.part(captured, first, 0, half);
            MadeCapture.part(captured, second, half, 2 * half);
        } else {
            int half = HALF_MILLIS / packetMillis;
            MadeCapture.write(first, kind(), new MadeCapture.First(0, 0), half, 5);
            MadeCapture.write(second, kind(), new MadeCapture.First(half, half * ticksPerPacket()), half, 6);
        }
        Map<String, String> all = new HashMap<>(times);
        all.put("CAPTURE", first.toString());
        all.put("AFTER", second.toString());
        return all;
    }

    private int payloadType() {
        return switch (codec) {
            case PCMU -> 0;
            case PCMA -> 8;
            case G722 -> 9;
            case OPUS -> 96; // as baresip numbers it
        };
    }

    private MadeCapture.Kind kind() {
        return switch (codec) {
            case PCMU, PCMA, G722 ->
                new MadeCapture.Kind(payloadType(), 8 * packetMillis, packetMillis, ticksPerPacket());
            case OPUS -> new MadeCapture.Kind(payloadType(), 80, packetMillis, ticksPerPacket());
        };
    }
}
