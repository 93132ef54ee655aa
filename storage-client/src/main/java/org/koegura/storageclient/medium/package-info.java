/// The built-in medium: what lies where in the data directory, who holds it, and how bytes get there to stay.
///
/// Glossary:
///
/// - *medium*: the disk of the data directory; it may be full, and it may lose what was not forced.
/// - *forced*: would survive a power cut, the file and its folder.
/// - *private*: read by the product's own account alone.
///
/// Who may call: the other packages of storage-client; it knows none of them.
///
/// Threads: everything here blocks, and is safe for any number of threads, as long as one file has one writer.
///
/// Reading order: [org.koegura.storageclient.medium.Layout], [org.koegura.storageclient.medium.Medium],
/// [org.koegura.storageclient.medium.DirectoryLock]; [org.koegura.storageclient.medium.PortsFile] for itself.
@NullMarked
package org.koegura.storageclient.medium;

import org.jspecify.annotations.NullMarked;
