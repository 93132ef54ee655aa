package org.koegura.server.media;

/// Who passes on a call's packets while they are steady.
enum PassedBy {

    /// The kernel, as in the product under its default settings.
    KERNEL,

    /// Our own sockets alone, as where the system does not let us load a program.
    SOCKETS
}
