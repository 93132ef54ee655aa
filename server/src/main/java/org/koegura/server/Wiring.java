package org.koegura.server;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.Announcement;
import org.koegura.announcement.PromptFault;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.console.Console;
import org.koegura.console.ConsoleFault;
import org.koegura.governance.Door;
import org.koegura.governance.Governance;
import org.koegura.governance.GovernanceFault;
import org.koegura.rtpcapture.MediaAddresses;
import org.koegura.rtpcapture.RtpCapture;
import org.koegura.server.config.Config;
import org.koegura.sipproxy.BoundSockets;
import org.koegura.sipproxy.SipFault;
import org.koegura.sipproxy.SipProxy;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.routing.Whereabouts;
import org.koegura.storageclient.LocalStore;
import org.koegura.storageclient.StoreSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one list of constructors: every room is opened here, top to bottom, and joined with those above it.
///
/// The first room takes the data directory, the last step answers telephones: until then nothing was heard on SIP, and
/// whatever cannot be opened closes all that was.
///
/// @param opened all of the rooms, closed from the last to the first
record Wiring(
        Governance governance, Announcement announcement, SipProxy sip, Door door, Console console, Closings opened) {

    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    /// Opens all rooms. Blocks.
    ///
    /// @throws StartFault one of them cannot be opened; nothing is left open
    static Wiring open(Config config, WarmUp warmUp) throws StartFault {
        Addresses addresses = Addresses.of(config);
        Closings opened = new Closings();
        boolean whole = false;
        try {
            Wiring wiring = open(config, addresses, warmUp, opened);
            whole = true;
            return wiring;
        } finally {
            if (!whole) {
                opened.close();
            }
        }
    }

    private static Wiring open(Config config, Addresses addresses, WarmUp warmUp, Closings opened) throws StartFault {
        Governance governance = null;
        try {
            Clock clock = Clock.systemUTC();
            SecureRandom random = new SecureRandom();
            DataLog log = DataLog.hold(config.log());
            PrometheusMeterRegistry metrics = Metrics.open(opened);
            LocalStore.requireUnused(store(config));
            BoundSockets sockets = opened.add(SipProxy.bind( // nothing is written before
                    addresses.sockets(),
                    addresses.neighbours(),
                    config.routes().admission().networks(),
                    metrics));
            Trial.media(addresses.sockets().advertised(), Addresses.advertisedBy(config));
            Trial.console(config.http());
            if (!LocalStore.hasLeftCalls(store(config))) { // people speak in them: they come first
                warmUp.hold(); // what arrives meanwhile waits in the sockets
            }
            // encoding takes a second of computing, while what follows mostly waits for disks
            Announcement.Opening announcing =
                    Announcement.begin(Announcement.Settings.defaults().with(config.lines()));
            LocalStore store = opened.add(LocalStore.open(store(config), random, clock, metrics));
            log.keepIn(config.data());
            Secret secret = SipKeyFile.open(config.data(), random); // before there are passwords to lose
            governance = opened.add(
                    Governance.open(new Governance.Settings(config.data()), store.store(), clock, random, metrics));
            List<CallCheckpoint> left = store.checkpoints().left();
            new Recoveries(governance.journal(), governance.ledger(), clock).tell(store.recovered(), left);
            opened.add(store.keep(governance.journal(), governance.holds()));
            Announcement announcement = announcing.await();
            announcement
                    .troubles()
                    .forEach(trouble -> LOG.warn("codec.unavailable calls=unrecorded reason={}", trouble));
            RtpCapture media = opened.add(RtpCapture.open(
                    media(config, addresses.media()),
                    announcement.source(),
                    store.sink(),
                    clock,
                    System::nanoTime,
                    random,
                    metrics));
            SipProxy sip = opened.add(SipProxy.open(
                    sockets,
                    sip(config, addresses, announcement.encodings(), secret),
                    media.plane(),
                    announcement.desk(),
                    governance.ledger(),
                    governance.journal(),
                    store.checkpoints(),
                    clock,
                    random,
                    metrics));
            sip.resume(left);
            left.forEach(call -> store.checkpoints().over(call.facts().call()));
            Door door = governance.door(sip.liveCalls());
            Console console = opened.add(Console.open(
                    new Console.Settings(config.http().host(), config.http().port()), door, metrics, clock));
            sip.start();
            return new Wiring(governance, announcement, sip, door, console, opened);
        } catch (RtpCapture.AddressFault fault) {
            throw fault(
                    Addresses.advertisedBy(config).name() + ": "
                            + addresses.media()
                            + " is no address of this machine: name one that telephones can reach",
                    fault,
                    governance);
        } catch (SipFault fault) {
            throw governance == null && fault.setting() != null
                    ? Trial.fault(fault.setting(), fault)
                    : fault(String.valueOf(fault.getMessage()), fault, governance);
        } catch (StoreFault | GovernanceFault | JournalFault | PromptFault | ConsoleFault fault) {
            throw fault(String.valueOf(fault.getMessage()), fault, governance);
        }
    }

    private static StartFault fault(String message, Exception cause, @Nullable Governance governance) {
        return new StartFault(
                message,
                cause,
                governance == null ? null : governance.firstPasswords().orElse(null));
    }

    private static StoreSettings store(Config config) {
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
                usual.closeLimit());
    }

    /// Silence is told in steps: the longest that are none longer than usual, and that end when the call is over.
    private static Duration silenceSteps(Duration silentAfter, Duration usual) {
        return silentAfter.dividedBy(Math.ceilDiv(silentAfter.toMillis(), usual.toMillis()));
    }

    private static SipProxy.Settings sip(Config config, Addresses addresses, Set<String> encodings, Secret secret) {
        return new SipProxy.Settings(
                secret,
                new Whereabouts(addresses.neighbours(), config.routes().extensions()),
                config.routes().pathContact(),
                config.numbering(),
                config.routes().admission(),
                addresses.nameServers(),
                config.routes().healthInterval(),
                config.refuseWhenUnrecordable(),
                encodings,
                config.stripUnannounceable(),
                config.silentAfter(),
                config.dscp());
    }
}
