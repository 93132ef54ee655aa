package org.koegura.verifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.koegura.verifier.format.Malformed;
import org.koegura.verifier.format.Members;
import org.koegura.verifier.format.MerkleTree;
import org.koegura.verifier.format.PcapngReader;
import org.koegura.verifier.format.PlaintextReader;
import org.koegura.verifier.format.RecordingFolder;

/// Checks 7 to 9, which need the key: one pass over the chunks, decrypted one at a time.
final class PlaintextCheck implements PcapngReader.Sink {

    private static final String[] LEGS = KnownFormats.LEGS;

    private final Members manifest;
    private final KnownFormats formats = new KnownFormats();
    private final MerkleTree received = new MerkleTree();
    private final MessageDigest leaf = MerkleTree.newSha256();
    private final long[] packets = new long[LEGS.length];
    private final ByteBuffer leafPrefix = ByteBuffer.allocate(10);
    private final List<AccountingCheck.Span> spans;
    private @Nullable Arrival earliest;
    private @Nullable Arrival latest;
    private @Nullable Instant earliestFormats;
    private @Nullable String withinSpan;

    private PlaintextCheck(Members manifest) {
        this.manifest = manifest;
        this.spans = readable(manifest);
    }

    /// None where they cannot be read, which check 6 says.
    private static List<AccountingCheck.Span> readable(Members manifest) {
        try {
            return AccountingCheck.spans(manifest);
        } catch (Malformed said) {
            return List.of();
        }
    }

    static void examine(RecordingFolder folder, Members manifest, SecretKey key, Findings findings) {
        PlaintextCheck check = new PlaintextCheck(manifest);
        findings.examine(Check.PLAINTEXT, () -> check.decrypt(folder, key));
        boolean readable = findings.of(Check.PLAINTEXT).stream().allMatch(Finding.Passed.class::isInstance);
        if (readable) {
            check.formats.remark(findings);
            findings.examine(Check.RECEIVED, check::examineTree);
            findings.examine(Check.ARRIVALS, () -> check.examineArrivals(findings));
        } else {
            findings.notChecked(Check.RECEIVED, "the plaintext cannot be read to its end");
            findings.notChecked(Check.ARRIVALS, "the plaintext cannot be read to its end");
        }
    }

    private void decrypt(RecordingFolder folder, SecretKey key) throws IOException, Malformed {
        long plaintextBytes;
        try (PlaintextReader plaintext = PlaintextReader.open(folder, key, this)) {
            boolean more = true;
            while (more) {
                more = plaintext.next();
            }
            plaintextBytes = plaintext.bytes();
        }
        long sealed = manifest.object("cipher").count("plaintextBytes");
        if (plaintextBytes != sealed) {
            throw new Malformed("the plaintext has " + plaintextBytes + " bytes, sealed were " + sealed);
        }
    }

    /// The facts must agree with the manifest; what identifies people is never repeated in a fault.
    @Override
    public void opening(byte[] json) throws Malformed {
        Members facts = Members.parse("the opening facts", json);
        agree("recording", facts.hex("recording", 32), manifest.hex("recording", 32));
        agree("call", facts.hex("call", 32), manifest.hex("call", 32));
        agree("direction", facts.text("direction"), manifest.text("direction"));
        agree("answeredAt", facts.time("answeredAt"), manifest.time("answeredAt"));
        Instant captureStartedAt = manifest.object("capture").time("startedAt");
        agree("captureStartedAt", facts.time("captureStartedAt"), captureStartedAt);
        agree(FilesCheck.DEMO, facts.mark(FilesCheck.DEMO), manifest.mark(FilesCheck.DEMO));
        facts.text("sipCallId");
        facts.text("inside");
        facts.text("outside");
        facts.time("invitedAt");
        formats.opening(facts);
    }

    private static void agree(String what, Object inFacts, Object inManifest) throws Malformed {
        if (!inFacts.equals(inManifest)) {
            throw new Malformed("the opening facts and manifest.json do not agree on " + what);
        }
    }

    @Override
    public void formats(int leg, long sinceNanos, byte[] json) throws Malformed {
        formats.block(leg, json);
        Instant since = Arrival.instant(sinceNanos);
        if (earliestFormats == null || since.isBefore(earliestFormats)) {
            earliestFormats = since;
        }
    }

    @Override
    public void datagram(int leg, long arrivalNanos, ByteBuffer datagram) {
        Arrival arrival = new Arrival(received.leaves(), leg, arrivalNanos);
        if (earliest == null || Long.compareUnsigned(arrivalNanos, earliest.nanos()) < 0) {
            earliest = arrival;
        }
        if (latest == null || Long.compareUnsigned(arrivalNanos, latest.nanos()) > 0) {
            latest = arrival;
        }
        if (withinSpan == null && !spans.isEmpty()) {
            withinSpan = withinSpan(arrival);
        }
        packets[leg]++;
        formats.datagram(leg, datagram);
        leafPrefix.clear().put((byte) 0).put((byte) leg).putLong(arrivalNanos).flip();
        leaf.update(leafPrefix);
        leaf.update(datagram);
        received.add(leaf.digest());
    }

    /// What is to be said of a packet that arrived while nothing was to be kept; null where it did not.
    private @Nullable String withinSpan(Arrival arrival) {
        Instant at = arrival.at();
        for (AccountingCheck.Span span : spans) {
            if (at.isAfter(span.from()) && at.isBefore(span.to())) {
                return arrival.shown() + ", while " + span.shown() + ": from " + span.from() + " to " + span.to();
            }
        }
        return null;
    }

    private void examineTree() throws Malformed {
        Members sealed = manifest.object("received");
        long datagrams = sealed.count("datagrams");
        String root = sealed.hex("root", 64);
        if (received.leaves() != datagrams) {
            throw new Malformed("the recording holds " + received.leaves() + " datagrams, sealed were " + datagrams);
        }
        if (!HexFormat.of().formatHex(received.root()).equals(root)) {
            throw new Malformed("the received datagrams have another root than the sealed one");
        }
    }

    private void examineArrivals(Findings findings) throws Malformed {
        Map<String, Long> recorded = AccountingCheck.recorded(manifest);
        for (int leg = 0; leg < LEGS.length; leg++) {
            long said = recorded.getOrDefault(LEGS[leg], 0L);
            if (packets[leg] != said) {
                findings.failed(
                        Check.ARRIVALS,
                        LEGS[leg] + ": the recording holds " + packets[leg] + " packets, its stream says " + said);
            }
        }
        Members capture = manifest.object("capture");
        Instant startedAt = capture.time("startedAt");
        Instant endedAt = capture.time("endedAt");
        if (earliestFormats != null && earliestFormats.isBefore(startedAt)) {
            findings.failed(
                    Check.ARRIVALS,
                    "a formats block is of " + earliestFormats + ", before capture started at " + startedAt);
        }
        if (withinSpan != null) {
            findings.failed(Check.ARRIVALS, withinSpan);
        }
        @Nullable Instant noticeEndedAt = NoticeCheck.noticeEndedAt(manifest);
        if (earliest == null || latest == null) {
            return;
        }
        if (earliest.at().isBefore(startedAt)) {
            findings.failed(Check.ARRIVALS, earliest.shown() + ", before capture started at " + startedAt);
        }
        if (latest.at().isAfter(endedAt)) {
            findings.failed(Check.ARRIVALS, latest.shown() + ", after capture ended at " + endedAt);
        }
        if (noticeEndedAt != null && !earliest.at().isAfter(noticeEndedAt)) {
            findings.failed(Check.ARRIVALS, earliest.shown() + ", not after the notice ended at " + noticeEndedAt);
        }
    }
}
