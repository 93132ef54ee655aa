package org.koegura.storageclient;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.cloud.CloudObject;
import org.koegura.storageclient.cloud.CloudStore;
import org.koegura.storageclient.cloud.DirectoryCloud;
import org.koegura.storageclient.medium.Layout;

/// A directory that, while told so, refuses deletions, or holds something else than what was sent.
final class FaultyCloud implements CloudStore {

    private final DirectoryCloud directory;

    volatile boolean refusesDeletions;
    volatile boolean altersPackets;

    FaultyCloud(Path root) throws StoreFault {
        directory = new DirectoryCloud(root);
        directory.make();
    }

    @Override
    public void make() throws StoreFault {
        directory.make();
    }

    @Override
    public void put(String key, Path file, String sha256) throws StoreFault {
        directory.put(key, file, sha256);
    }

    @Override
    public Optional<CloudObject> confirm(String key) throws StoreFault {
        Optional<CloudObject> held = directory.confirm(key);
        return altersPackets && key.endsWith(Layout.PACKETS)
                ? held.map(object -> new CloudObject(object.key(), object.bytes(), "0".repeat(64)))
                : held;
    }

    @Override
    public InputStream get(String key) throws StoreFault {
        return directory.get(key);
    }

    @Override
    public List<String> list(String prefix) throws StoreFault {
        return directory.list(prefix);
    }

    @Override
    public void deleteEveryVersion(String key) throws StoreFault {
        if (refusesDeletions) {
            throw new StoreFault.Unreachable("the link is down", new IOException("no route"));
        }
        directory.deleteEveryVersion(key);
    }

    @Override
    public void probe() throws StoreFault {
        directory.probe();
    }
}
