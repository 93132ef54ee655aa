package org.koegura.sipproxy.call;

import java.util.LinkedHashMap;
import java.util.Map;

/// A map that forgets its oldest entry when it is full, so that no peer can make a call's memory grow.
final class BoundedMap<K, V> extends LinkedHashMap<K, V> {

    private final int entriesMax;

    BoundedMap(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > entriesMax;
    }
}
