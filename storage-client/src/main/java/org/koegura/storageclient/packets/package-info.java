/// The packets file of a recording: a pcapng stream, encrypted chunk by chunk, and the hashes over both.
///
/// Glossary, in the words of `docs/format/recording-v1.md`:
///
/// - *packets file*: `packets.kgr`, a header and encrypted *chunks*; its plaintext is one pcapng stream.
/// - *formats block*: what payload types mean since an agreement in mid-call, told between the packets.
/// - *whole*: a chunk that is on disk to its last byte and whose tag holds. Only whole chunks count.
/// - *tree*: hashes over pieces, so that a change is found and named piece by piece; one over the ciphertext, one
///   over the packets as they were received.
///
/// Who may call: the other packages of storage-client; it knows none of them, and no key that it was not given.
///
/// Threads: everything here belongs to one thread at a time; what touches the file blocks.
///
/// Reading order: [org.koegura.storageclient.packets.PcapngBuffer],
/// [org.koegura.storageclient.packets.PacketsFile], [org.koegura.storageclient.packets.ChunkCipher]; back again
/// [org.koegura.storageclient.packets.ChunkReader], [org.koegura.storageclient.packets.PcapngReader]; beside them
/// [org.koegura.storageclient.packets.CiphertextDigest], [org.koegura.storageclient.packets.ReceivedTally].
@NullMarked
package org.koegura.storageclient.packets;

import org.jspecify.annotations.NullMarked;
