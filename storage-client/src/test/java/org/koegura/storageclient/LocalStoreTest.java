package org.koegura.storageclient;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.RecordingStoreContract;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingStore;

/// The local disk keeps the contract of every store.
class LocalStoreTest extends RecordingStoreContract {

    @TempDir
    Path data;

    private LocalStore local;

    @BeforeEach
    void open() throws StoreFault {
        local = TestStore.open(data);
    }

    @AfterEach
    void close() {
        local.close();
    }

    @Override
    protected RecordingSink sink() {
        return local.sink();
    }

    @Override
    protected RecordingStore store() {
        return local.store();
    }
}
