package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.koegura.storageclient.cloud.CloudObject;
import org.koegura.storageclient.cloud.CloudReceipt;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.ring.Place;

/// What the receipts on the built-in medium say that the cloud holds.
record Receipts(Layout layout) {

    /// Whether a receipt says that the cloud holds this very recording, its key and its manifest among the
    /// objects. False where there is none, or none that can be read.
    boolean cover(Place place) {
        Path file = layout.cloudReceipt(place.recording(), place.startedAt());
        try {
            CloudReceipt receipt = Files.exists(file) ? CloudReceipt.parse(Files.readAllBytes(file)) : null;
            return receipt != null && receipt.recording().equals(place.recording()) && isWhole(receipt, place);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean isWhole(CloudReceipt receipt, Place place) {
        String manifest = Layout.cloudFolder(place.recording(), place.startedAt()) + "/" + Layout.MANIFEST;
        Set<String> keys = receipt.objects().stream().map(CloudObject::key).collect(Collectors.toUnmodifiableSet());
        return keys.containsAll(Layout.cloudObjects(place.recording(), place.startedAt()))
                && receipt.objects().stream()
                        .anyMatch(object ->
                                object.key().equals(manifest) && object.sha256().equals(place.manifestSha256()));
    }
}
