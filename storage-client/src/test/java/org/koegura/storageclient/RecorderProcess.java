package org.koegura.storageclient;

import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.opening;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.packet;
import static org.koegura.callmodel.RecordingStoreContract.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RecordingStoreContract;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;

/// A recorder in a process of its own, for tests that kill it or bound its memory.
final class RecorderProcess {

    static final int HOUR_PACKETS = 180_000;

    private RecorderProcess() {}

    /// `forever DATA`: records, and prints how many packets were flushed. `hour DATA`: records an hour of both legs,
    /// plays it, and prints the length of what was played.
    public static void main(String[] arguments) throws StoreFault, IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (LocalStore store = TestStore.open(Path.of(arguments[1]))) {
            switch (arguments[0]) {
                case "forever" -> forever(store, out);
                case "hour" -> hour(store, out);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } catch (StoreFault fault) {
            out.println(fault.getMessage());
        }
    }

    private static void forever(LocalStore store, PrintStream out) throws StoreFault {
        OpenRecording open = store.sink().open(opening(id(1)));
        for (int i = 0; ; i++) {
            append(open, Leg.INSIDE, i);
            if (i % 12 == 11) {
                open.flush();
                out.println(i + 1);
            }
        }
    }

    private static void hour(LocalStore store, PrintStream out) throws StoreFault, IOException {
        OpenRecording open = store.sink().open(opening(id(1)));
        for (int i = 0; i < HOUR_PACKETS; i++) {
            append(open, Leg.INSIDE, i);
            append(open, Leg.OUTSIDE, i);
            if (i % 12 == 11) {
                open.flush();
            }
        }
        open.seal(closing(HOUR_PACKETS, HOUR_PACKETS, 3_600));
        PlaybackAudio audio = store.store().playback(id(1));
        long[] heard = new long[2];
        audio.write(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        heard[0]++;
                    }

                    @Override
                    public void write(byte[] bytes, int from, int count) {
                        heard[0] += count;
                        for (int i = from; i < from + count; i++) {
                            heard[1] += bytes[i] != 0 ? 1 : 0;
                        }
                    }
                },
                0,
                audio.lengthBytes());
        out.println(heard[0] + " " + (heard[1] > heard[0] / 2));
    }

    private static void append(OpenRecording open, Leg leg, int index) throws StoreFault {
        long arrival = nanos(RecordingStoreContract.STARTED) + index * 20_000_000L;
        open.append(leg, arrival, peer(), ours(), ByteBuffer.wrap(packet(index, (byte) 0x91)));
    }

    /// Starts one, with so many megabytes of heap.
    static Process start(int heapMegabytes, String mode, Path data) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heapMegabytes + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecorderProcess.class.getName(),
                        mode,
                        data.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
