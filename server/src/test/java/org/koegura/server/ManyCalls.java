package org.koegura.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.koegura.server.peer.Sipp;

/// Many calls through one product: telephones use it as their outbound proxy and name the callees' own address. G.711
/// in packets of 20 ms; the callees send back what they hear.
public final class ManyCalls implements Closeable {

    private static final int CALLEES = 10;
    private static final int CALLERS = 20;

    private final Sipp callees;
    private final Sipp callers;

    private ManyCalls(Sipp callees, Sipp callers) {
        this.callees = callees;
        this.callers = callers;
    }

    /// What they say, and what is lost of their signalling.
    ///
    /// @param calls how many
    /// @param capture what each caller says
    /// @param talkMillis how long after the answer each caller hangs up
    /// @param lostByCallees of a hundred INVITE and BYE, how many do not arrive
    /// @param callers further options of the caller's SIPp
    public record Run(int calls, Path capture, int talkMillis, int lostByCallees, List<String> callers) {

        public Run {
            callers = List.copyOf(callers);
        }
    }

    /// Begins them.
    ///
    /// @param block the first port of the test, where the product listens
    public static ManyCalls place(Path folder, int block, Run run) throws IOException {
        List<String> all = List.of("-m", Integer.toString(run.calls()));
        List<String> through = List.of("-rsa", "127.0.0.1:" + block);
        Sipp callees = Sipp.start(
                folder.resolve("callees"),
                new Sipp.Run(
                        "uas-many",
                        "all",
                        "",
                        block + CALLEES,
                        Map.of(),
                        Map.of("LOST", Integer.toString(run.lostByCallees())),
                        "127.0.0.1",
                        false,
                        Stream.concat(all.stream(), Stream.of("-rtp_echo")).toList()));
        try {
            Sipp callers = Sipp.start(
                    folder.resolve("callers"),
                    new Sipp.Run(
                            "uac-many",
                            "0990123",
                            "127.0.0.1:" + (block + CALLEES),
                            block + CALLERS,
                            Map.of("caller", "201"),
                            Map.of(
                                    "CAPTURE",
                                    run.capture().toString(),
                                    "TALK_MILLIS",
                                    Integer.toString(run.talkMillis())),
                            "127.0.0.1",
                            false,
                            Stream.of(all, through, run.callers())
                                    .flatMap(List::stream)
                                    .toList()));
            return new ManyCalls(callees, callers);
        } catch (IOException | RuntimeException | Error e) {
            callees.close();
            throw e;
        }
    }

    /// Waits for the end; true where all went as the scenarios say.
    public boolean succeeded() throws InterruptedException {
        return callers.succeeded() && callees.succeeded();
    }

    @Override
    public void close() {
        callers.close();
        callees.close();
    }
}
