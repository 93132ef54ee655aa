package org.koegura.storageclient.ring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.koegura.callmodel.RecordingId;
import org.koegura.storageclient.manifest.Words;
import org.koegura.storageclient.medium.Medium;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The ring's order on disk: one line for each place that is taken or given back, appended and forced.
///
/// ```
/// {"act":"taken","recording":"0f3c…e1","call":"77ab…02","capture":{…},"bytes":90112,"manifestSha256":"…"}
/// {"act":"freed","recording":"0f3c…e1"}
/// ```
///
/// It remembers recordings whose files a broken disk took: their places count until they would have been
/// overwritten (T2). What a crash kept out of it is found again among the folders, by the start of the store.
/// Each start writes it anew with the places that are taken. Safe for any number of threads: one writes
/// at a time.
public final class RingLedger implements AutoCloseable {

    private static final String ACT = "act";
    private static final String TAKEN = "taken";
    private static final String FREED = "freed";

    private final RandomAccessFile file;
    private long wholeBytes; // under this

    private RingLedger(RandomAccessFile file, long wholeBytes) {
        this.file = file;
        this.wholeBytes = wholeBytes;
    }

    /// The places that the ledger holds, in the order in which they were taken. A line that a crash cut is
    /// passed over.
    public static Collection<Place> read(Path path) throws IOException {
        Map<RecordingId, Place> places = new LinkedHashMap<>();
        if (Files.exists(path)) {
            for (String line :
                    new String(Files.readAllBytes(path), UTF_8).lines().toList()) {
                read(line, places);
            }
        }
        return List.copyOf(places.values());
    }

    private static void read(String line, Map<RecordingId, Place> places) {
        try {
            JsonNode node = Words.JSON.readTree(line);
            RecordingId recording = new RecordingId(node.required("recording").stringValue());
            if (node.required(ACT).stringValue().equals(TAKEN)) {
                places.put(recording, Place.of(node));
            } else {
                places.remove(recording);
            }
        } catch (JacksonException | DateTimeException | IllegalArgumentException cut) {
            // Its folder still tells what it said: an end that is not on disk never happened.
        }
    }

    /// Writes the ledger anew with these places and opens it for more.
    public static RingLedger write(Path path, Collection<Place> places) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        places.forEach(place -> lines.writeBytes(line(TAKEN, place)));
        Medium.replace(path, lines.toByteArray());
        return new RingLedger(new RandomAccessFile(path.toFile(), "rw"), lines.size());
    }

    public void taken(Place place) throws IOException {
        append(line(TAKEN, place));
    }

    public void freed(RecordingId recording) throws IOException {
        append((Words.object().put(ACT, FREED).put("recording", recording.value()) + "\n").getBytes(UTF_8));
    }

    private static byte[] line(String act, Place place) {
        return (place.put(Words.object().put(ACT, act)) + "\n").getBytes(UTF_8);
    }

    /// A line that failed half way is written over by the next one.
    private synchronized void append(byte[] line) throws IOException {
        file.setLength(wholeBytes);
        file.seek(wholeBytes);
        file.write(line);
        file.getFD().sync();
        wholeBytes += line.length;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
