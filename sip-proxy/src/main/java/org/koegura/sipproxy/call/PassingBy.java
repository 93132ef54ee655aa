package org.koegura.sipproxy.call;

import java.util.LinkedHashMap;
import java.util.Map;

/// Which dialogs pass us by, since nobody could read the description that they began with.
///
/// Decided once, and then for good: a description that went on untouched and later, under the same `o=` version, went
/// on edited would be two that bear one number (RFC 3264 §8). Nothing is lost by it, since such a call is not recorded.
/// What cannot be read later on is refused where it is an offer; else what can be read of it is made ours.
final class PassingBy {

    /// Dialogs remembered. What the first INVITE carries decides for all of its forks.
    private static final int DIALOGS_MAX = 16;

    private final Map<String, Boolean> decided = new BoundedMap<>(DIALOGS_MAX);

    /// Whether the dialog passes us by.
    ///
    /// @param calleeTag of its message; empty in the first INVITE
    /// @param unreadable whether the description in that message is
    boolean decide(String calleeTag, boolean unreadable) {
        Boolean forAll = decided.get("");
        return forAll != null ? forAll : decided.computeIfAbsent(calleeTag, _ -> unreadable);
    }

    /// A map that forgets its oldest entry when it is full, so that no peer can make a call's memory grow.
    private static final class BoundedMap<K, V> extends LinkedHashMap<K, V> {

        private final int entriesMax;

        BoundedMap(int entriesMax) {
            this.entriesMax = entriesMax;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > entriesMax;
        }
    }
}
