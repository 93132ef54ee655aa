package org.koegura.sipproxy.telephone;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.port.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The telephones whose next call is exempt (N7): each for a minute, or until a call uses it up. In memory alone: a
/// process that dies forgets it, and the call is announced.
///
/// Safe from any thread. [#flag], [#arm], [#unheard] and [#lapsed] block.
public final class Armed {

    /// So long.
    public static final Duration LASTS = Duration.ofSeconds(60);

    /// So long a call that was challenged may take to come again.
    private static final Duration COMES_AGAIN = Duration.ofSeconds(32);

    /// More telephones than a city has operators.
    private static final int ARMED_MAX = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(Armed.class);

    private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");

    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final Journal journal;
    private final Clock clock;
    private final LongSupplier monotonicNanos;

    /// @param monotonicNanos as [System#nanoTime]
    public Armed(Journal journal, Clock clock, LongSupplier monotonicNanos) {
        this.journal = journal;
        this.clock = clock;
        this.monotonicNanos = monotonicNanos;
    }

    /// @param untilNanos until when a call may take it
    /// @param usedBy Call-ID of the call that took it; null where none did
    private record Held(
            Exemption exemption, long untilNanos, @Nullable String usedBy) {}

    /// What is on stable storage and not in force yet.
    ///
    /// @param untilNanos until when a call may take it, once it is
    record Flag(Party telephone, Exemption exemption, long untilNanos) {}

    /// Tells the journal that it will be armed; then [#arm] or [#unheard] is to follow.
    ///
    /// @return null where that is not on stable storage, or there is no room
    @Nullable
    Flag flag(Party telephone, Exemption exemption) {
        long now = monotonicNanos.getAsLong();
        held.values().removeIf(known -> known.usedBy() != null && known.untilNanos() - now <= 0);
        boolean told = held.size() < ARMED_MAX
                && journal("exemption.armed", exemption, exemption.author(), details(exemption));
        return told ? new Flag(telephone, exemption, now + LASTS.toNanos()) : null;
    }

    /// Whoever dialled took the answer: now it is in force. One that was armed before gives way.
    void arm(Flag flag) {
        Held before = held.put(key(flag.telephone()), new Held(flag.exemption(), flag.untilNanos(), null));
        if (before != null && before.usedBy() == null) {
            tellLapsed(before.exemption(), "replaced");
        }
    }

    /// Nobody took the answer: it never was in force.
    void unheard(Flag flag) {
        tellLapsed(flag.exemption(), "unheard");
    }

    private Map<String, String> details(Exemption exemption) {
        Map<String, String> details = new TreeMap<>(facts(exemption));
        details.put("until", exemption.at().plus(LASTS).toString());
        if (exemption.text() != null) {
            details.put("text", exemption.text());
        }
        return details;
    }

    private static Map<String, String> facts(Exemption exemption) {
        return Map.of(
                "ground",
                String.valueOf(exemption.ground().number()),
                "channel",
                exemption.channel().name().toLowerCase(Locale.ROOT),
                "stage",
                "before_call");
    }

    /// What is armed for the call that this telephone has now, which uses it up; null where nothing is.
    /// A call that was challenged and comes again is the same call (RFC 3261 §22.2). Never blocks.
    ///
    /// @param sipCallId of the call
    public @Nullable Exemption take(Party telephone, String sipCallId) {
        long now = monotonicNanos.getAsLong();
        AtomicReference<@Nullable Exemption> taken = new AtomicReference<>();
        held.computeIfPresent(key(telephone), (_, known) -> {
            String by = known.usedBy();
            if (known.untilNanos() - now <= 0 || (by != null && !by.equals(sipCallId))) {
                return known;
            }
            taken.set(known.exemption());
            return by != null ? known : new Held(known.exemption(), now + COMES_AGAIN.toNanos(), sipCallId);
        });
        return taken.get();
    }

    /// Its minute is over.
    ///
    /// @return whether it ended by that: no call had used it up
    boolean lapsed(Party telephone, Exemption exemption) {
        Held now = held.get(key(telephone));
        boolean unused = now != null
                && now.usedBy() == null
                && now.exemption().equals(exemption)
                && held.remove(key(telephone), now);
        if (unused) {
            tellLapsed(exemption, "unused");
        }
        return unused;
    }

    private void tellLapsed(Exemption exemption, String why) {
        Map<String, String> details = new TreeMap<>(facts(exemption));
        details.put("why", why);
        boolean _ = journal("exemption.lapsed", exemption, "system", details);
    }

    /// How many telephones are armed.
    int count() {
        return Math.toIntExact(
                held.values().stream().filter(known -> known.usedBy() == null).count());
    }

    private boolean journal(String act, Exemption exemption, String actor, Map<String, String> details) {
        try {
            journal.append(new JournalEntry(clock.instant(), actor, act, exemption.author(), details));
            return true;
        } catch (Journal.JournalFault | RuntimeException fault) {
            LOG.error("telephone.journal.failed act={}", act, fault);
            return false;
        }
    }

    /// The same telephone, however its number is written.
    private static String key(Party telephone) {
        String e164 = telephone.e164();
        return e164 == null ? SEPARATORS.matcher(telephone.number()).replaceAll("") : e164;
    }
}
