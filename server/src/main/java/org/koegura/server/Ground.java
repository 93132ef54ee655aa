package org.koegura.server;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.rtpcapture.MediaAddresses;
import org.koegura.rtpcapture.RtpCapture;
import org.koegura.server.config.Config;
import org.koegura.storageclient.HeldDirectory;
import org.koegura.storageclient.LocalStore;
import org.koegura.storageclient.StoreSettings;

/// What calls need that a process left when it died, and no more: the data directory, and their media. The other
/// rooms are opened upon it.
///
/// Nothing is recorded and no notice is played before [#settle].
record Ground(HeldDirectory directory, RtpCapture media, Later<RecordingSink> recordings, Later<NoticeSource> notices) {

    /// Takes the data directory and opens the room of media. Blocks.
    ///
    /// @param opened closes both
    static Ground open(
            Config config,
            MediaAddresses addresses,
            Clock clock,
            SecureRandom random,
            MeterRegistry metrics,
            Closings opened)
            throws StoreFault, RtpCapture.AddressFault {
        Later<RecordingSink> recordings = new Later<>();
        Later<NoticeSource> notices = new Later<>();
        HeldDirectory directory = opened.add(LocalStore.hold(store(config), random, clock, metrics));
        RtpCapture media = opened.add(RtpCapture.open(
                media(config, addresses),
                new Later.Notices(notices),
                opening -> recordings.get().open(opening),
                clock,
                System::nanoTime,
                random,
                metrics));
        media.portsLeft(directory.portsLeft());
        directory.keepPorts(media::portsNow);
        return new Ground(directory, media, recordings, notices);
    }

    /// The answered calls that a process left when it died.
    List<CallCheckpoint> left() {
        return directory.checkpoints().left();
    }

    /// From now on there is somewhere to record to, and something to announce.
    void settle(RecordingSink sink, NoticeSource source) {
        recordings.is(sink);
        notices.is(source);
    }

    static StoreSettings store(Config config) {
        Config.Store chosen = config.store();
        StoreSettings usual = StoreSettings.at(chosen.data()).withRing(chosen.ringBytes());
        StoreSettings both = chosen.cloud() == null ? usual : usual.withCloud(chosen.cloud());
        return chosen.demo() ? both.ofDemo() : both;
    }

    private static RtpCapture.Settings media(Config config, MediaAddresses addresses) {
        RtpCapture.Settings usual = RtpCapture.Settings.defaults(addresses.usual());
        return new RtpCapture.Settings(
                addresses,
                config.mediaPorts().first(),
                config.mediaPorts().last(),
                usual.portQuiet(),
                usual.loops(),
                usual.ringBytes(),
                silenceSteps(config.silentAfter(), usual.silenceLimit()),
                usual.typeOfService(),
                usual.closeLimit(),
                config.insideHears(),
                config.kernelRelay());
    }

    /// Silence is told in steps: the longest that are none longer than usual, and that end when the call is over.
    private static Duration silenceSteps(Duration silentAfter, Duration usual) {
        return silentAfter.dividedBy(Math.ceilDiv(silentAfter.toMillis(), usual.toMillis()));
    }
}
