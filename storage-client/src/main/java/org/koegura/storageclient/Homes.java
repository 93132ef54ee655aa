package org.koegura.storageclient;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.Journal;
import org.koegura.storageclient.cloud.CloudStore;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.ring.Tombstones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The two homes of recordings at work (Art. 2): the ring on the built-in medium, and the cloud. There is no
/// third.
///
/// Owns the threads `cloud-upload-1`, `cloud-upload-2`, `cloud-erasure-1`, `cloud-probe` and
/// `ring-keeper`; all end with [#close].
public final class Homes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Homes.class);
    private static final long PROBE_SECONDS = 30;

    private final Layout layout;
    private final Medium medium;
    private final KeyCabinet keys;
    private final Tombstones tombstones;
    private final Uploads uploads;
    private final RingStore ring;
    private final Clock clock;
    private final HomesMetrics metrics;
    private final Parts parts;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ScheduledExecutorService probing = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cloud-probe").daemon().factory());
    private @Nullable Erasures erasures;

    /// What tests exchange.
    record Parts(CloudStore cloud, HomeStep.Watch watch, Pace pace) {}

    private Homes(
            Layout layout,
            Medium medium,
            KeyCabinet keys,
            Tombstones tombstones,
            Uploads uploads,
            RingStore ring,
            Clock clock,
            HomesMetrics metrics,
            Parts parts) {
        this.layout = layout;
        this.medium = medium;
        this.keys = keys;
        this.tombstones = tombstones;
        this.uploads = uploads;
        this.ring = ring;
        this.clock = clock;
        this.metrics = metrics;
        this.parts = parts;
    }

    /// Finds out what is in the ring. No thread runs yet. A cloud that cannot be used does not keep the
    /// store from opening: what it misses is brought to it later.
    static Homes open(
            StoreSettings settings,
            Layout layout,
            Medium medium,
            KeyCabinet keys,
            SealKey sealKey,
            Clock clock,
            MeterRegistry registry,
            Parts parts)
            throws StoreFault {
        HomesMetrics metrics = new HomesMetrics(registry);
        try {
            parts.cloud().make();
        } catch (StoreFault unusable) {
            LOG.error("cloud.unusable cause=\"{}\"", unusable.getMessage());
        }
        Tombstones tombstones = new Tombstones(layout, medium);
        Uploads uploads =
                new Uploads(layout, medium, sealKey, parts.cloud(), clock, metrics, parts.watch(), parts.pace());
        RingStore ring = RingStore.open(settings, layout, medium, sealKey, tombstones, uploads, metrics, parts.watch());
        return new Homes(layout, medium, keys, tombstones, uploads, ring, clock, metrics, parts);
    }

    RingStore ring() {
        return ring;
    }

    Tombstones tombstones() {
        return tombstones;
    }

    Homes start(Journal journal, HoldRegister holds) throws StoreFault {
        Erasures started = new Erasures(
                layout,
                medium,
                keys,
                tombstones,
                parts.cloud(),
                journal,
                holds,
                clock,
                metrics,
                parts.watch(),
                parts.pace(),
                ring::freed);
        erasures = started;
        started.start();
        ring.start(started);
        uploads.start();
        var _ = probing.scheduleWithFixedDelay(this::probe, 0, PROBE_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    private void probe() {
        try {
            parts.cloud().probe();
            metrics.cloudAnswered(true);
        } catch (StoreFault fault) {
            metrics.cloudAnswered(false);
            LOG.warn("cloud.unreachable cause=\"{}\"", fault.getMessage());
        }
    }

    /// Lets what is under way end, for a bounded time; the rest is left to the next start. Recordings
    /// may still be sealed afterwards, but nothing is overwritten any more. Idempotent.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            probing.shutdownNow();
            ring.close();
            uploads.close();
            if (erasures != null) {
                erasures.close();
            }
        }
    }
}
