package org.koegura.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.RecordingStore;

/// The product under demonstration, as far as a user sees it: the started product answers it.
public interface DemoSubject {

    /// Where it takes SIP over UDP: the telephones' outbound proxy.
    InetSocketAddress sip();

    /// The console's address in a browser.
    URI console();

    /// The console's page of one recording.
    URI consoleOf(RecordingId recording);

    /// Account that may listen, and its password.
    SignIn operator();

    /// The notice that the product plays, as linear samples at 8000 Hz.
    short[] notice();

    /// The live list. MUST NOT block.
    List<LiveCall> liveCalls();

    /// The folder of a sealed recording, or empty while it is not sealed.
    Optional<Path> sealed(RecordingId recording);

    /// Checks a recording offline, as `koegura verify` does.
    Verification verify(Path recording);

    /// Writes a copy into a folder, as a file named after the recording; empty where it is refused.
    ///
    /// @throws IOException the file is there already or cannot be written, or the recording is damaged;
    ///     nothing of it is left
    Optional<Path> export(RecordingId recording, RecordingStore.Form form, Path folder) throws IOException;

    /// An account's name and password.
    record SignIn(String account, String password) {}

    /// What the verifier said: whether all holds, and one line a check.
    record Verification(boolean passed, List<String> checks) {

        public Verification {
            checks = List.copyOf(checks);
        }
    }
}
