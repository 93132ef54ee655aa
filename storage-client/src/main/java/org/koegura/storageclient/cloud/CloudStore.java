package org.koegura.storageclient.cloud;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.koegura.callmodel.StoreFault;

/// A store of objects by key: the cloud server of Art. 2 (2). Every method blocks.
///
/// Keys are those of [CloudObject]. Each key has one writer at a time; different keys may be written at once.
public interface CloudStore {

    /// Makes the store ready for its first object, where that is ours to do. Idempotent; called at each start.
    void make() throws StoreFault;

    /// Stores a file, replacing what stood under the key. Returns only when the object would survive a
    /// power cut at the store. Idempotent: to be repeated after every fault and every crash.
    ///
    /// @param sha256 what the file's hash has to be
    /// @throws StoreFault.Damaged the file's content has another hash; the key holds what it held before
    /// @throws StoreFault.Missing there is no such file
    /// @throws StoreFault.Full the store takes no more
    /// @throws StoreFault.Unreachable the store did not answer; whether the object was stored is unknown
    void put(String key, Path file, String sha256) throws StoreFault;

    /// What the store holds under a key, by its own word or by reading it back; empty where it holds
    /// nothing. MUST NOT answer from what was sent.
    Optional<CloudObject> confirm(String key) throws StoreFault;

    /// The content of an object, to be closed by the caller.
    ///
    /// @throws StoreFault.Missing there is none
    InputStream get(String key) throws StoreFault;

    /// The keys below a prefix of whole words, in their order; those too of which only a former version
    /// or a part of an upload is left. What others put there under names that are no keys is left out.
    List<String> list(String prefix) throws StoreFault;

    /// Deletes an object, every version of it, and what is left of its uploads. Returns only when that
    /// would survive a power cut at the store. Idempotent: where there is none, nothing is done.
    void deleteEveryVersion(String key) throws StoreFault;

    /// Asks the store whether it takes and gives objects at this moment.
    void probe() throws StoreFault;
}
