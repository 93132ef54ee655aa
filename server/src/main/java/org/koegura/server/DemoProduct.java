package org.koegura.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.koegura.announcement.Announcement;
import org.koegura.audio.G711;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Form;
import org.koegura.governance.Answer;
import org.koegura.governance.CopyTicket;
import org.koegura.governance.Door;
import org.koegura.governance.ExportedCopy;
import org.koegura.governance.Purpose;
import org.koegura.governance.account.Accounts;
import org.koegura.governance.account.Session;
import org.koegura.governance.database.CallRecord;
import org.koegura.server.demo.DemoSubject;
import org.koegura.verifier.VerifyCommand;

/// The product as the demo's audience sees it; recordings are seen through the door, as every operator must.
final class DemoProduct implements DemoSubject {

    private static final AudioFormat PCMU = new AudioFormat(0, "PCMU", 8000, 20);

    private final Product product;
    private final SignIn operator;
    private final Session session;

    /// Signs its operator in; the product must have made its accounts at this start. Blocks.
    DemoProduct(Product product) {
        this.product = product;
        this.operator = product.firstPasswords()
                .map(passwords -> new SignIn(Accounts.OPERATOR, passwords.operator()))
                .orElseThrow(() -> new IllegalStateException("the demo needs a data directory of its own"));
        this.session = switch (product.door()
                .signIn(operator.account(), operator.password().toCharArray(), "127.0.0.1")) {
            case Answer.Granted<Door.SignedIn>(Door.SignedIn signedIn) -> signedIn.session();
            case Answer.Refused<Door.SignedIn>(var why) ->
                throw new IllegalStateException("the operator could not sign in: " + why);
        };
    }

    @Override
    public InetSocketAddress sip() {
        return product.reachedAt();
    }

    @Override
    public URI console() {
        return product.consoleUri();
    }

    @Override
    public URI consoleOf(RecordingId recording) {
        return product.consoleUri().resolve("/recordings/" + recording.value());
    }

    @Override
    public SignIn operator() {
        return operator;
    }

    /// Decoded from what is sent, without the silence before it.
    @Override
    public short[] notice() {
        NoticeFrames notice = frames();
        List<byte[]> spoken =
                notice.frames().subList(notice.leadInFrames(), notice.frames().size());
        short[] samples =
                new short[spoken.stream().mapToInt(frame -> frame.length).sum()];
        int at = 0;
        for (byte[] frame : spoken) {
            for (byte code : frame) {
                samples[at++] = G711.muLawToLinear(code);
            }
        }
        return samples;
    }

    private NoticeFrames frames() {
        String id = Announcement.Settings.SHIPPED_PROMPT;
        return product.announcement().prompts().stream()
                .filter(prompt -> prompt.id().equals(id))
                .findFirst()
                .flatMap(prompt -> product.announcement().source().frames(prompt, PCMU))
                .orElseThrow(() -> new IllegalStateException("the notice '" + id + "' has no frames"));
    }

    @Override
    public List<LiveCall> liveCalls() {
        return product.calls();
    }

    @Override
    public Optional<Path> sealed(RecordingId recording) {
        return switch (product.door().recording(session, recording)) {
            case Answer.Granted<CallRecord>(CallRecord call) ->
                Optional.of(Path.of(call.seal().location()));
            case Answer.Refused<CallRecord> _ -> Optional.empty();
        };
    }

    @Override
    public Verification verify(Path recording) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(told, true, StandardCharsets.UTF_8);
        int code = VerifyCommand.run(List.of(recording.toString()), both, both);
        // what is not indented repeats the path and the verdict, which the demo tells itself
        List<String> checks = told.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> code > 1 || line.startsWith("  "))
                .map(String::strip)
                .toList();
        return new Verification(code == 0, checks);
    }

    /// Through the door, and journalled, as for everybody.
    @Override
    public Optional<Path> export(RecordingId recording, Form form, Path folder) throws IOException {
        Door door = product.door();
        Answer<CopyTicket> ticket = door.export(session, recording, form, Purpose.OfArticle1.COURTESY.word());
        return switch (ticket) {
            case Answer.Refused<CopyTicket> _ -> Optional.empty();
            case Answer.Granted<CopyTicket>(CopyTicket granted) ->
                switch (door.copy(session, granted.id())) {
                    case Answer.Refused<ExportedCopy> _ -> Optional.empty();
                    case Answer.Granted<ExportedCopy>(ExportedCopy copy) ->
                        Optional.of(write(
                                copy,
                                folder.resolve(recording + "." + form.name().toLowerCase(Locale.ROOT))));
                };
        };
    }

    /// Who may read speech is the owner's to say. A file system without modes (a USB stick) has its own ways.
    private static void createForItsOwner(Path file) throws IOException {
        if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }

    private static Path write(ExportedCopy copy, Path file) throws IOException {
        createForItsOwner(file);
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE);
        try (out) {
            copy.write(out);
            return file;
        } catch (StoreFault damaged) {
            Files.delete(file);
            throw new IOException("the recording cannot be read: " + damaged.getMessage(), damaged);
        } catch (IOException unwritable) {
            Files.delete(file);
            throw unwritable;
        }
    }
}
