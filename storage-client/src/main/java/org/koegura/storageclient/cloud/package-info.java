/// The second home of recordings: objects by key, in a store elsewhere (Art. 2 (2)).
///
/// Glossary:
///
/// - *key*: the name of an object, words joined by `/`, such as `recordings/2026/11/24/ID/packets.kgr`.
/// - *confirm*: to learn from the store itself what it holds, not to believe what was sent.
/// - *version*: in a store that keeps what was overwritten or deleted, each such former object.
/// - *receipt*: the statement, kept beside a recording, of what was confirmed.
///
/// Who may call: the other packages of storage-client only.
///
/// Threads: everything here blocks and is safe for any number of threads, as long as one key has one writer.
///
/// Reading order: [org.koegura.storageclient.cloud.CloudStore],
/// [org.koegura.storageclient.cloud.DirectoryCloud], [org.koegura.storageclient.cloud.CloudReceipt].
@NullMarked
package org.koegura.storageclient.cloud;

import org.jspecify.annotations.NullMarked;
