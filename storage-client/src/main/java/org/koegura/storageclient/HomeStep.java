package org.koegura.storageclient;

/// The steps after which a process may die without loss: what was done stays done, the next start does the
/// rest.
///
/// The order of the names is the order of the steps.
enum HomeStep {
    // Seal.
    LEDGER_WRITTEN,
    PLACE_TAKEN,
    // Upload.
    PACKETS_SENT,
    MANIFEST_SENT,
    SIGNATURE_SENT,
    KEY_SENT,
    CLOUD_CONFIRMED,
    RECEIPT_WRITTEN,
    // Erasure.
    JOURNALLED,
    TOMBSTONE_WRITTEN,
    KEY_DESTROYED,
    FOLDER_LEFT,
    FILES_DELETED,
    PLACE_FREED,
    CLOUD_KEY_DELETED,
    CLOUD_DELETED,
    CLOUD_JOURNALLED,
    TOMBSTONE_FINISHED;

    /// Told of each step once it is done, on the thread that did it. Tests die here.
    @FunctionalInterface
    interface Watch {
        Watch NOBODY = step -> {};

        void passed(HomeStep step);
    }
}
