package org.koegura.storageclient.ring;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;

/// The sums of the ring: what is taken, what is promised to open recordings, and whose turn it is.
///
/// ```
/// used = places of sealed recordings + rooms of open ones
/// ```
///
/// Pure: no clock, no disk, no lock. Not safe for two threads at once.
public final class RingAccount {

    private final Map<RecordingId, Place> places = new HashMap<>();
    private final TreeSet<Place> order = new TreeSet<>(Place.OLDEST_FIRST);
    private final Set<RecordingId> leaving = new HashSet<>();
    private final Map<RecordingId, Long> rooms = new HashMap<>();

    private long placesBytes;
    private long roomsBytes;

    /// Gives a recording its place; one that has a place keeps it.
    public void take(Place place) {
        if (places.putIfAbsent(place.recording(), place) == null) {
            order.add(place);
            placesBytes += place.bytes();
        }
    }

    /// Takes a recording out of the order: its erasure has begun and cannot be taken back. Its place stays
    /// taken.
    public void leave(RecordingId recording) {
        leaving.add(recording);
    }

    /// Gives a place back; null where there was none.
    public @Nullable Place free(RecordingId recording) {
        Place place = places.remove(recording);
        leaving.remove(recording);
        if (place != null) {
            order.remove(place);
            placesBytes -= place.bytes();
        }
        return place;
    }

    /// Promises so much room to an open recording, instead of what it had.
    public void room(RecordingId recording, long bytes) {
        Long had = rooms.put(recording, bytes);
        roomsBytes += bytes - (had == null ? 0 : had);
    }

    /// Ends the promise.
    public void endRoom(RecordingId recording) {
        Long had = rooms.remove(recording);
        roomsBytes -= had == null ? 0 : had;
    }

    public long usedBytes() {
        return placesBytes + roomsBytes;
    }

    /// All whose erasure has not begun, in the order in which they are overwritten.
    public List<Place> oldestFirst() {
        return order.stream()
                .filter(place -> !leaving.contains(place.recording()))
                .toList();
    }

    /// All places, the oldest first.
    public List<Place> all() {
        return List.copyOf(order);
    }
}
