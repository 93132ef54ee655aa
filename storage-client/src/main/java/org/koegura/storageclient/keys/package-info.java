/// The keys of the store: one for each recording, under which it is encrypted, and the one that signs.
///
/// Glossary:
///
/// - *cabinet*: the folder `keys/`, where the wrapped keys lie, apart from what they open.
/// - *wrapped*: encrypted under the master key. Once the wrapped key of a recording is gone, nobody opens it again.
/// - *seal key*: signs manifests, so that what was sealed cannot be changed unnoticed.
///
/// Who may call: the other packages of storage-client; of them it knows `medium`.
///
/// Threads: everything here blocks and is safe for any number of threads.
///
/// Reading order: [org.koegura.storageclient.keys.KeyCabinet], [org.koegura.storageclient.keys.SealKey].
@NullMarked
package org.koegura.storageclient.keys;

import org.jspecify.annotations.NullMarked;
