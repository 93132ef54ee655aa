package org.koegura.governance;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Copy;
import org.koegura.callmodel.port.RecordingStore.Form;

/// A copy that was granted. It tells where the store broke it off, so that the journal does not speak of a whole one.
public final class ExportedCopy {

    private final RecordingId recording;
    private final Form form;
    private final Copy copy;
    private final Consumer<StoreFault> failed;

    ExportedCopy(RecordingId recording, Form form, Copy copy, Consumer<StoreFault> failed) {
        this.recording = recording;
        this.form = form;
        this.copy = copy;
        this.failed = failed;
    }

    /// Of which recording.
    public RecordingId recording() {
        return recording;
    }

    /// What it is.
    public Form form() {
        return form;
    }

    /// Length in bytes.
    public long lengthBytes() {
        return copy.lengthBytes();
    }

    /// Writes the whole copy in bounded memory. Blocks.
    ///
    /// @throws StoreFault what was read is not what was verified, which is journalled; the caller MUST break the
    ///     transfer off
    public void write(OutputStream out) throws StoreFault, IOException {
        try {
            copy.write(out);
        } catch (StoreFault fault) {
            failed.accept(fault);
            throw fault;
        }
    }
}
