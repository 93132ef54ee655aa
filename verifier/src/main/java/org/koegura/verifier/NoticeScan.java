package org.koegura.verifier;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.KeyRing;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.PcapngReader;
import org.koegura.verifier.format.PlaintextReader;
import org.koegura.verifier.format.Reading;
import org.koegura.verifier.format.RecordingFolder;

/// Says of one sealed recording whether anything justifies the earliest packet in it: a notice that had ended, an
/// attestation of one, or an exemption (Art. 4, N1); and the same of whoever came later (N2). It
/// believes the packets and the sealed manifest, and asks nobody who had a part in recording.
///
/// Of all that [Verifier] checks it does this alone, in one pass over `packets.kgr`, a chunk a step, so that whoever
/// scans thousands of recordings beside calls can rest between the steps. Total: whatever the files hold, the answer
/// is a result, never an exception. Owned by one thread; blocks on the disk; writes nothing.
public final class NoticeScan implements Closeable {

    private final RecordingFolder folder;
    private @Nullable PlaintextReader packets;
    private @Nullable Result result;
    private String direction = "";

    /// Null where the manifest says of nothing that it justifies capture, which is `why` then.
    private NoticeCheck.@Nullable Justification justification;

    private String why = "";
    private List<NewParties.Arrived> parties = List.of();
    private long count;
    private @Nullable Arrival earliest;

    /// What is to be said of the first packet that came while somebody was there who had not been told.
    private @Nullable String untold;

    /// What it came to.
    public sealed interface Result {

        /// A notice, an attestation or an exemption comes before each of its packets.
        ///
        /// @param packets how many there are; of none nothing has to be justified
        record Justified(long packets) implements Result {}

        /// Nothing justifies its earliest packet.
        ///
        /// @param direction `inbound` or `outbound`
        /// @param why one line, without names and numbers
        record Unnoticed(String direction, String why) implements Result {}

        /// It is damaged, or its key is not there: another fault, of which [Verifier] says more.
        ///
        /// @param why one line, without names and numbers
        record Unreadable(String why) implements Result {}

        /// It is not there any more.
        record Gone() implements Result {}
    }

    private NoticeScan(RecordingFolder folder) {
        this.folder = folder;
    }

    /// Opens a recording, and reads what it says of notice, attestation and exemption.
    ///
    /// @param keysDirectory where `master.key` and `recordings/ID.key` are
    public static NoticeScan open(Path recordingFolder, Path keysDirectory) {
        NoticeScan scan = new NoticeScan(new RecordingFolder(recordingFolder));
        scan.attempt(() -> scan.begin(keysDirectory));
        return scan;
    }

    private interface Attempt {
        void run() throws Malformed, IOException;
    }

    private void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (Malformed malformed) {
            unreadable(malformed.text());
        } catch (IOException fault) {
            unreadable(Reading.why(fault));
        }
    }

    private void begin(Path keysDirectory) throws Malformed, IOException {
        Members manifest = folder.manifest();
        manifest.oneOf("format", FilesCheck.FORMAT);
        SignatureCheck.requireSigned(folder, manifest); // what was changed since says nothing of the recorder
        direction = manifest.oneOf("direction", FilesCheck.DIRECTIONS);
        try {
            parties = NewParties.of(manifest);
            justification = NoticeCheck.justification(manifest);
        } catch (Malformed nothing) {
            why = nothing.text();
        }
        switch (KeyRing.find(keysDirectory, manifest.hex("recording", 32))) {
            case KeyRing.Search.Found found -> packets = PlaintextReader.open(folder, found.key(), new Arrivals());
            case KeyRing.Search.Absent absent -> unreadable(absent.why());
            case KeyRing.Search.Wrong wrong -> unreadable(wrong.why());
        }
    }

    /// Reads one chunk; false once there is a [#result].
    public boolean step() {
        PlaintextReader reader = packets;
        if (result == null && reader != null) {
            attempt(() -> {
                if (!reader.next()) {
                    result = judged();
                }
            });
        }
        return result == null;
    }

    /// The result, once [#step] said that there is one.
    public Result result() {
        if (result == null) {
            throw new IllegalStateException("the packets were not read to their end");
        }
        return result;
    }

    /// Damage behind a packet that nothing justifies does not justify it.
    private void unreadable(String fault) {
        Result read = judged();
        if (read instanceof Result.Unnoticed) {
            result = read;
        } else {
            result = Files.isDirectory(folder.path()) ? new Result.Unreadable(fault) : new Result.Gone();
        }
    }

    private Result judged() {
        Arrival first = earliest;
        NoticeCheck.Justification by = justification;
        if (first != null && by == null) {
            return new Result.Unnoticed(direction, first.shown() + ", and nothing justifies it: " + why);
        }
        if (first != null && by != null && first.at().isBefore(by.from())) {
            return new Result.Unnoticed(direction, first.shown() + ", " + by.otherwise());
        }
        return untold == null ? new Result.Justified(count) : new Result.Unnoticed(direction, untold);
    }

    private @Nullable String untold(Arrival arrival) {
        for (NewParties.Arrived party : parties) {
            String otherwise = party.otherwise(arrival.at());
            if (otherwise != null) {
                return arrival.shown() + ", " + otherwise;
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        PlaintextReader reader = packets;
        if (reader != null) {
            reader.close();
        }
    }

    private final class Arrivals implements PcapngReader.Sink {

        @Override
        public void opening(byte[] facts) {
            // Whether they agree with the manifest is check 7.
        }

        @Override
        public void formats(int leg, long sinceNanos, byte[] formats) {
            // It holds no packet.
        }

        @Override
        public void datagram(int leg, long arrivalNanos, ByteBuffer datagram) {
            if (earliest == null || Long.compareUnsigned(arrivalNanos, earliest.nanos()) < 0) {
                earliest = new Arrival(count, leg, arrivalNanos);
            }
            if (untold == null && !parties.isEmpty()) {
                untold = untold(new Arrival(count, leg, arrivalNanos));
            }
            count++;
        }
    }
}
