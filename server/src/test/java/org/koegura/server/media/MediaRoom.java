package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.rtpcapture.MediaAddresses;
import org.koegura.rtpcapture.RtpCapture;
import org.koegura.server.peer.LoopbackPorts;
import org.koegura.storageclient.LocalStore;
import org.koegura.storageclient.StoreSettings;

/// The product's room of media on loopback, with a store behind it.
final class MediaRoom implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
    private static final int RING_BYTES = 8 << 20;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final RtpCapture room;
    private final int loops;
    private final PassedBy by;

    /// A notice, or none, and no tone.
    private record Sounds(Optional<NoticeFrames> notice) implements NoticeSource {

        @Override
        public Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format) {
            return notice.filter(frames -> frames.format().equals(format));
        }

        @Override
        public Optional<NoticeFrames> tone(AudioFormat format) {
            return Optional.empty();
        }

        @Override
        public Optional<NoticeFrames> ringback(AudioFormat format) {
            return Optional.empty();
        }
    }

    private MediaRoom(RecordingSink sink, int callsMax, int loops, PassedBy by, NoticeSource notices)
            throws RtpCapture.AddressFault {
        this.loops = loops;
        this.by = by;
        int ports = 4 * (callsMax + loops);
        int first = LoopbackPorts.block(ports);
        room = RtpCapture.open(
                new RtpCapture.Settings(
                        MediaAddresses.of(InetAddress.ofLiteral("127.0.0.1")),
                        first,
                        first + ports - 1,
                        Duration.ZERO,
                        loops,
                        RING_BYTES,
                        Duration.ofMinutes(1),
                        0,
                        CLOSE_LIMIT,
                        InsideHears.OTHER_PARTY,
                        by == PassedBy.KERNEL),
                notices,
                sink,
                Clock.systemUTC(),
                System::nanoTime,
                new Random(7),
                metrics);
    }

    /// One for so many calls at once, that announces nothing.
    static MediaRoom open(RecordingSink sink, int callsMax, int loops, PassedBy by) throws RtpCapture.AddressFault {
        return new MediaRoom(sink, callsMax, loops, by, new Sounds(Optional.empty()));
    }

    /// One whose calls are announced to in one format.
    static MediaRoom open(RecordingSink sink, NoticeFrames notice, PassedBy by) throws RtpCapture.AddressFault {
        return new MediaRoom(sink, 1, 1, by, new Sounds(Optional.of(notice)));
    }

    /// The store of the product, in a folder of its own.
    static LocalStore store(Path data) throws Exception {
        return LocalStore.open(
                StoreSettings.at(data), new SecureRandom(), Clock.systemUTC(), new SimpleMeterRegistry());
    }

    /// A call whose parties have not agreed yet.
    RoomCall call() {
        return RoomCall.open(this, room.plane(), newId());
    }

    private static CallId newId() {
        return CallId.random(ThreadLocalRandom.current());
    }

    /// Returns when every loop has taken each command given so far.
    ///
    /// A loop takes commands in order, and each of so many calls in a row is on the next loop.
    void settle() throws InterruptedException {
        List<RoomCall.Told> probes = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            RoomCall.Told probe = new RoomCall.Told();
            MediaSession other = room.plane().open(newId(), probe);
            other.close(EndReason.SHUTDOWN);
            probes.add(probe);
        }
        for (RoomCall.Told probe : probes) {
            probe.awaitClosed();
        }
    }

    /// The sum of all counters of that name with all of these tags.
    double counted(String name, String... tags) {
        double sum = 0;
        for (Meter meter : metrics.get(name).tags(tags).meters()) {
            sum += meter.measure().iterator().next().getValue();
        }
        return sum;
    }

    /// What was observed of a leg under that name.
    DistributionSummary observed(String name, Leg leg) {
        return metrics.get(name).tag("leg", leg.name().toLowerCase(Locale.ROOT)).summary();
    }

    /// How many packets the kernel has passed of a leg's, as far as it has told.
    double passedByKernel(Leg leg) {
        return counted("koegura.rtp.packets.kernel", "leg", leg.name().toLowerCase(Locale.ROOT));
    }

    boolean isPassedOfBoth() {
        return passedByKernel(Leg.INSIDE) > 0 && passedByKernel(Leg.OUTSIDE) > 0;
    }

    /// Makes sure that those have passed packets of both legs who were to.
    ///
    /// @param each how many packets of each leg, at least, where that is the kernel
    void passedAsItShould(double each) {
        for (Leg leg : Leg.values()) {
            if (by == PassedBy.SOCKETS) {
                assertThat(passedByKernel(leg))
                        .as("packets of the leg %s that the kernel passed, and was not to", leg)
                        .isZero();
            } else {
                assertThat(passedByKernel(leg))
                        .as(
                                "packets of the leg %s that the kernel passed"
                                        + " (for any, CAP_BPF and CAP_NET_ADMIN are needed: run the tests as root)",
                                leg)
                        .isGreaterThanOrEqualTo(each);
            }
        }
    }

    @Override
    public void close() {
        room.close();
    }
}
