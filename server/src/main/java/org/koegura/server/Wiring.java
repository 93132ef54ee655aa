package org.koegura.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.Announcement;
import org.koegura.announcement.PromptFault;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.console.Console;
import org.koegura.console.ConsoleFault;
import org.koegura.governance.Door;
import org.koegura.governance.Governance;
import org.koegura.governance.GovernanceFault;
import org.koegura.rtpcapture.MediaAddresses;
import org.koegura.rtpcapture.RtpCapture;
import org.koegura.server.config.Config;
import org.koegura.server.recovery.Recoveries;
import org.koegura.server.recovery.Tellings;
import org.koegura.server.scan.UnnoticedScan;
import org.koegura.sipproxy.BoundSockets;
import org.koegura.sipproxy.SipFault;
import org.koegura.sipproxy.SipProxy;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.routing.Whereabouts;
import org.koegura.sipproxy.telephone.CodeCalls;
import org.koegura.storageclient.LocalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one list of constructors: every room is opened here, top to bottom, and joined with those above it.
///
/// The first room takes the data directory, the last step answers telephones: until then nothing was heard on
/// SIP, and whatever cannot be opened closes all that was. Where a process died in answered calls, their media
/// are relayed from the first step on ([Ground]), and what is to be told of it is told beside them ([Tellings]).
///
/// @param opened all of the rooms, closed from the last to the first
record Wiring(
        Governance governance, Announcement announcement, SipProxy sip, Door door, Console console, Closings opened) {

    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    /// Opens all rooms. Blocks.
    ///
    /// @throws StartFault one of them cannot be opened; nothing is left open
    static Wiring open(Config config, WarmUp warmUp) throws StartFault {
        Closings opened = new Closings();
        boolean whole = false;
        try {
            Wiring wiring = open(config, warmUp, opened);
            whole = true;
            return wiring;
        } finally {
            if (!whole) {
                opened.close();
            }
        }
    }

    private static Wiring open(Config config, WarmUp warmUp, Closings opened) throws StartFault {
        MediaAddresses media = Addresses.media(config);
        Governance governance = null;
        try {
            Clock clock = Clock.systemUTC();
            SecureRandom random = new SecureRandom();
            DataLog log = DataLog.hold(config.log());
            PrometheusMeterRegistry metrics = Metrics.open(opened);
            LocalStore.requireUnused(Ground.store(config));
            Ground ground = null;
            if (LocalStore.hasLeftCalls(Ground.store(config))) { // people speak in them: they come first
                ground = Ground.open(config, media, clock, random, metrics, opened);
                ground.media().takeUp(ground.left());
            }
            Metrics.ofProcess(metrics, opened);
            Addresses addresses = Addresses.of(config); // a name server may keep it waiting
            BoundSockets sockets = opened.add(SipProxy.bind( // but for such calls nothing is written before
                    addresses.sockets(),
                    addresses.neighbours(),
                    config.routes().admission().networks(),
                    metrics));
            Trial.media(addresses.sockets().advertised(), Addresses.advertisedBy(config));
            Trial.console(config.http());
            if (ground == null || ground.left().isEmpty()) {
                warmUp.hold(); // what arrives meanwhile waits in the sockets
            }
            if (ground == null) {
                ground = Ground.open(config, media, clock, random, metrics, opened);
            }
            // encoding takes a second of computing, while what follows mostly waits for disks
            Announcement.Opening announcing = Announcement.begin(Announcement.Settings.defaults()
                    .with(config.lines())
                    .by(config.calendar().holidays(), config.calendar().schedules())
                    .refusing(config.refuseWhenUnrecordable())
                    .playing(config.prompts().names(), config.prompts().folder()));
            LocalStore store = opened.add(ground.directory().open());
            log.keepIn(config.data());
            Secret secret = SipKeyFile.open(config.data(), random); // before there are passwords to lose
            governance = opened.add(Governance.open(
                    new Governance.Settings(config.data(), config.callRules()), store.store(), clock, random, metrics));
            Tellings tellings = opened.add(tellings(store, governance, clock, metrics));
            List<CallCheckpoint> left = ground.left();
            if (left.isEmpty()) {
                tellings.now();
            }
            opened.add(store.keep(governance.journal(), governance.holds()));
            opened.add(UnnoticedScan.start(config.data(), governance.journal(), clock, metrics));
            Announcement announcement = announcing.await();
            governance.adopt(
                    announcement.policy().version(), announcement.policy().bytes());
            announcement
                    .troubles()
                    .forEach(trouble -> LOG.warn("codec.unavailable calls=unrecorded reason={}", trouble));
            ground.settle(store.sink(), announcement.source());
            RtpCapture capture = opened.addLast(ground.media()); // it seals into the rooms before
            SipProxy sip = opened.add(SipProxy.open(
                    sockets,
                    sip(config, addresses, announcement, secret),
                    capture.plane(),
                    announcement.desk(),
                    governance.standing(),
                    governance.preservations(),
                    governance.ledger(),
                    governance.journal(),
                    store.checkpoints(),
                    clock,
                    random,
                    metrics));
            sip.resume(left);
            Door door = governance.door(sip.liveCalls());
            Console console = opened.add(Console.open(
                    new Console.Settings(config.http().host(), config.http().port()), door, metrics, clock));
            sip.start();
            if (!left.isEmpty()) {
                tellings.beside();
            }
            tellOfUnused(announcement);
            return new Wiring(governance, announcement, sip, door, console, opened);
        } catch (RtpCapture.AddressFault fault) {
            throw fault(
                    Addresses.advertisedBy(config).name() + ": "
                            + media
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

    /// Nobody waits for that: what the settings do not name is not played.
    private static void tellOfUnused(Announcement announcement) {
        Thread.ofPlatform()
                .daemon()
                .name("unused-prompts")
                .start(() -> announcement
                        .unusedFaults()
                        .forEach(fault -> LOG.warn("prompt.unplayable used=no reason=\"{}\"", fault)));
    }

    private static StartFault fault(String message, Exception cause, @Nullable Governance governance) {
        return new StartFault(
                message,
                cause,
                governance == null ? null : governance.firstPasswords().orElse(null));
    }

    /// Of all that the process before left.
    private static Tellings tellings(LocalStore store, Governance governance, Clock clock, MeterRegistry metrics) {
        CallCheckpoints checkpoints = store.checkpoints();
        Recoveries recoveries =
                new Recoveries(governance.journal(), governance.ledger(), checkpoints, store.store()::find, clock);
        List<LeftCall> calls = Stream.<LeftCall>concat(checkpoints.left().stream(), checkpoints.owed().stream())
                .toList();
        return new Tellings(
                recoveries, () -> new Recoveries.Found(store.recovered(), store.unrecovered(), calls), metrics);
    }

    private static SipProxy.Settings sip(Config config, Addresses addresses, Announcement announcement, Secret secret) {
        return new SipProxy.Settings(
                secret,
                new Whereabouts(
                        addresses.neighbours(),
                        config.routes().extensions(),
                        config.routes().srtp(),
                        config.routes().earlyProofs()),
                config.routes().pathContact(),
                config.numbering(),
                config.routes().admission(),
                addresses.nameServers(),
                config.routes().healthInterval(),
                config.refuseWhenUnrecordable(),
                new NoticeCodecs(announcement.encodings(), announcement.encodedElsewhere(), config.unannounceable()),
                config.silentAfter(),
                config.dscp(),
                new CodeCalls.Settings(
                        config.telephone().codes(), config.telephone().groundText()),
                new PressedActs.Settings(
                        config.telephone().codes(),
                        config.telephone().groundText(),
                        config.callRules().pauses(),
                        config.callRules().objectionStops()));
    }
}
