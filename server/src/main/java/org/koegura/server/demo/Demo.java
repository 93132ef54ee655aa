package org.koegura.server.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Resampler;
import org.koegura.audio.WavFile;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.RecordingStore.Form;

/// Places one real call through the product and tells what happens; the verdict is whether the ordinance was kept.
public final class Demo {

    private static final String STAFF_NUMBER = "201";
    private static final String CITIZEN_NUMBER = "0120000000";
    private static final double LIKE = 0.9;
    private static final double UNLIKE = 0.3;

    private final DemoSubject subject;
    private final Options options;
    private final Narrator narrator;

    private Demo(DemoSubject subject, PrintWriter out, Options options) {
        this.subject = subject;
        this.options = options;
        this.narrator = new Narrator(out, options.clock(), options.language());
    }

    /// How the demo runs.
    ///
    /// @param language of the narration
    /// @param leaves whether the process ends after the verdict; otherwise the narration says that it stays
    /// @param random for tags, branches and SSRCs
    /// @param clock for the times in the narration
    /// @param exports the folder that the recording's copies go to; null writes none
    public record Options(
            Language language,
            boolean leaves,
            RandomGenerator random,
            Clock clock,
            @Nullable Path exports) {}

    /// Runs it once, about 30 s. Blocks. 0 where everything was as it should be, else 1.
    public static int run(DemoSubject subject, PrintWriter out, Options options)
            throws IOException, InterruptedException {
        return new Demo(subject, out, options).run();
    }

    private int run() throws IOException, InterruptedException {
        RecordingId recording = null;
        narrator.say(Phrase.OPENING);
        narrator.blank();
        InetAddress loopback = subject.sip().getAddress();
        try (DemoExchange exchange = new DemoExchange(loopback, options.random())) {
            exchange.start();
            InetSocketAddress domain = exchange.address();
            try (SoftTelephone staff =
                            new SoftTelephone(loopback, STAFF_NUMBER, domain, subject.sip(), options.random());
                    SoftTelephone citizen =
                            new SoftTelephone(loopback, CITIZEN_NUMBER, domain, domain, options.random())) {
                staff.start();
                citizen.start();
                boolean there =
                        staff.register() && !exchange.pathOf(STAFF_NUMBER).isEmpty();
                Object path = String.join(", ", exchange.pathOf(STAFF_NUMBER));
                if (narrator.judge(there, Phrase.REGISTERED, Phrase.NOT_REGISTERED, STAFF_NUMBER, path)) {
                    recording = callAndJudge(citizen, staff);
                }
            }
        }
        narrator.blank();
        narrator.say(narrator.isGood() ? Phrase.GOOD : Phrase.BAD);
        if (!options.leaves()) {
            stay(recording);
        } else if (recording != null && options.exports() == null) {
            narrator.say(Phrase.KEEP);
        }
        return narrator.isGood() ? 0 : 1;
    }

    /// The recording's name; null where there is none.
    private @Nullable RecordingId callAndJudge(SoftTelephone citizen, SoftTelephone staff)
            throws IOException, InterruptedException {
        DemoCall call = new DemoCall(subject, narrator, speech("citizen-1"), speech("staff-1"));
        if (call.place(citizen, staff, STAFF_NUMBER)) {
            judgeSound(call);
            judgeRecording(call.recording());
        }
        return call.recording();
    }

    private void stay(@Nullable RecordingId recording) {
        narrator.say(Phrase.CONSOLE, recording == null ? subject.console() : subject.consoleOf(recording));
        narrator.say(
                Phrase.SIGN_IN, subject.operator().account(), subject.operator().password());
        if (recording != null) {
            narrator.say(Phrase.EXPORTABLE);
        }
        narrator.say(Phrase.STAYS);
    }

    private void judgeSound(DemoCall call) {
        double told = Correlation.of(subject.notice(), call.citizenHeard()).value();
        narrator.judge(told >= LIKE, Phrase.HEARD_NOTICE, Phrase.NOTICE_UNHEARD, told);
        double aside = Correlation.of(subject.notice(), call.staffHeard()).value();
        narrator.judge(aside <= UNLIKE, Phrase.NOTICE_ASIDE, Phrase.NOTICE_LEAKED, aside);
        double toCitizen =
                Correlation.of(speech("staff-1"), call.citizenHeard()).value();
        narrator.judge(toCitizen >= LIKE, Phrase.SPEECH, Phrase.SPEECH_LOST, narrator.word(Phrase.CITIZEN), toCitizen);
        double toStaff = Correlation.of(speech("citizen-1"), call.staffHeard()).value();
        narrator.judge(toStaff >= LIKE, Phrase.SPEECH, Phrase.SPEECH_LOST, narrator.word(Phrase.STAFF), toStaff);
    }

    private void judgeRecording(@Nullable RecordingId recording) throws IOException {
        Path folder = recording == null ? null : subject.sealed(recording).orElse(null);
        if (folder == null) {
            narrator.judge(false, Phrase.SEALED, Phrase.NOT_SEALED, "");
            return;
        }
        narrator.tell(Phrase.SEALED, folder);
        narrator.tell(Phrase.HASH, sha256(folder.resolve("packets.kgr")));
        DemoSubject.Verification verification = subject.verify(folder);
        narrator.judge(verification.passed(), Phrase.VERIFIED, Phrase.NOT_VERIFIED);
        verification.checks().forEach(check -> narrator.say(Phrase.CHECK, check));
        if (recording != null && options.exports() != null) {
            for (Form form : Form.values()) {
                export(recording, form, options.exports());
            }
        }
    }

    private void export(RecordingId recording, Form form, Path folder) {
        try {
            Path file = subject.export(recording, form, folder).orElse(null);
            narrator.judge(
                    file != null,
                    Phrase.EXPORTED,
                    Phrase.NOT_EXPORTED,
                    file == null ? narrator.word(Phrase.REFUSED) : file);
            if (file != null && form == Form.PCAPNG) {
                narrator.say(Phrase.WIRESHARK, file);
            }
        } catch (IOException failed) {
            narrator.judge(false, Phrase.EXPORTED, Phrase.NOT_EXPORTED, failed);
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Speech that comes with the product, at 8000 Hz.
    private static short[] speech(String name) {
        try (InputStream in = Demo.class.getResourceAsStream(name + ".wav")) {
            if (in == null) {
                throw new FileNotFoundException("speech " + name + " is missing from the product");
            }
            WavFile wav = WavFile.read(in);
            return Resampler.toNarrowband(wav.mono(), wav.sampleRateHz());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
