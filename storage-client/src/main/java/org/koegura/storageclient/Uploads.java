package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.cloud.CloudObject;
import org.koegura.storageclient.cloud.CloudReceipt;
import org.koegura.storageclient.cloud.CloudStore;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.manifest.SealedManifest;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.ring.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings sealed recordings to the cloud. What is to be done needs no list: it is every sealed recording
/// without a receipt.
///
/// A recording is in the cloud only once the cloud itself was confirmed to hold each of its objects by
/// length and hash; then the receipt is written. Every step may be repeated: keys are fixed and each
/// object replaces itself, so that a crash leaves neither orphan nor double. Retried for ever. Safe for
/// any number of threads.
final class Uploads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final int THREADS = 2;

    private final Layout layout;
    private final Receipts receipts;
    private final Medium medium;
    private final SealKey sealKey;
    private final CloudStore cloud;
    private final Clock clock;
    private final HomesMetrics metrics;
    private final HomeStep.Watch watch;
    private final Map<RecordingId, Place> pending = new ConcurrentHashMap<>();
    private final Backlog<Place> backlog;

    Uploads(
            Layout layout,
            Medium medium,
            SealKey sealKey,
            CloudStore cloud,
            Clock clock,
            HomesMetrics metrics,
            HomeStep.Watch watch,
            Pace pace) {
        this.layout = layout;
        this.receipts = new Receipts(layout);
        this.medium = medium;
        this.sealKey = sealKey;
        this.cloud = cloud;
        this.clock = clock;
        this.metrics = metrics;
        this.watch = watch;
        this.backlog = new Backlog<>("cloud-upload", THREADS, pace, this::attempt);
        metrics.gauge(
                "koegura.storage.oldest.unsynced.timestamp.seconds",
                "Unix time of the oldest recording that the cloud is not known to hold; 0 if none.",
                this::oldestPendingSeconds);
        metrics.gauge("koegura.spool.segments", "Recordings waiting for the cloud.", "state", "pending", pending::size);
    }

    /// Takes up a recording whose folder is in its place, unless a receipt says that the cloud holds it.
    void add(Place place) {
        if (!receipts.cover(place) && pending.putIfAbsent(place.recording(), place) == null) {
            backlog.add(place);
        }
    }

    /// Whether the built-in medium has the only copy that is known of.
    boolean isPending(RecordingId recording) {
        return pending.containsKey(recording);
    }

    void start() {
        backlog.start();
    }

    private boolean attempt(Place place) {
        long beganNanos = System.nanoTime();
        try {
            upload(place);
            pending.remove(place.recording());
            metrics.uploaded(Duration.ofNanos(System.nanoTime() - beganNanos));
            LOG.info("recording.uploaded recording={}", place.recording());
            return true;
        } catch (StoreFault fault) {
            metrics.uploadFailed(fault);
            LOG.warn("recording.upload.failed recording={} cause=\"{}\"", place.recording(), fault.getMessage());
            return false;
        }
    }

    private void upload(Place place) throws StoreFault {
        RecordingId recording = place.recording();
        Path folder = layout.sealedFolder(recording, place.startedAt());
        String prefix = Layout.cloudFolder(recording, place.startedAt()) + "/";
        List<CloudObject> sent = new ArrayList<>();
        try {
            SealedManifest manifest = SealedManifest.read(folder, recording, sealKey);
            sent.add(send(prefix + Layout.PACKETS, folder.resolve(Layout.PACKETS), manifest.sha256()));
            watch.passed(HomeStep.PACKETS_SENT);
            sent.add(send(prefix + Layout.MANIFEST, folder.resolve(Layout.MANIFEST)));
            watch.passed(HomeStep.MANIFEST_SENT);
            sent.add(send(prefix + Layout.SIGNATURE, folder.resolve(Layout.SIGNATURE)));
            watch.passed(HomeStep.SIGNATURE_SENT);
            sent.add(send(Layout.cloudKey(recording), layout.wrappedKey(recording)));
            watch.passed(HomeStep.KEY_SENT);
            for (CloudObject object : sent) {
                confirm(object);
            }
            watch.passed(HomeStep.CLOUD_CONFIRMED);
            CloudReceipt receipt = new CloudReceipt(recording, clock.instant(), sent);
            Medium.replace(layout.cloudReceipt(recording, place.startedAt()), receipt.json());
            watch.passed(HomeStep.RECEIPT_WRITTEN);
        } catch (IOException e) {
            throw medium.fault("read for its upload", folder, e);
        }
    }

    private CloudObject send(String key, Path file) throws StoreFault, IOException {
        return send(key, file, HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(file))));
    }

    private CloudObject send(String key, Path file, String sha256) throws StoreFault, IOException {
        CloudObject object = new CloudObject(key, Files.size(file), sha256);
        try {
            cloud.put(key, file, sha256);
            metrics.cloudAnswered(true);
            return object;
        } catch (StoreFault.Unreachable | StoreFault.Full fault) {
            metrics.cloudAnswered(false);
            throw fault;
        }
    }

    private void confirm(CloudObject sent) throws StoreFault {
        CloudObject held = cloud.confirm(sent.key()).orElse(null);
        if (!sent.equals(held)) {
            throw new StoreFault.Damaged("the cloud does not hold what was sent as " + sent.key());
        }
    }

    private long oldestPendingSeconds() {
        return pending.values().stream()
                .map(Place::startedAt)
                .min(Comparator.naturalOrder())
                .map(Instant::getEpochSecond)
                .orElse(0L);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Lets the uploads that are under way end; the others are left to the next start.
    @Override
    public void close() {
        backlog.close();
    }
}
