package org.koegura.callmodel;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// One act, as the journal keeps it (E1).
///
/// @param at when
/// @param actor account name, or `system`
/// @param act what was done, a dotted word such as `exemption.flag`
/// @param subject to what: a call id, a recording id, an account
/// @param details further facts by name; never a telephone number, never audio
public record JournalEntry(Instant at, String actor, String act, String subject, SortedMap<String, String> details) {

    public JournalEntry {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    public JournalEntry(Instant at, String actor, String act, String subject, Map<String, String> details) {
        this(at, actor, act, subject, new TreeMap<>(details));
    }
}
