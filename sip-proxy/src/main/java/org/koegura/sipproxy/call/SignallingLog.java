package org.koegura.sipproxy.call;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Signalling.Link;
import org.koegura.callmodel.Signalling.Relation;
import org.koegura.callmodel.Signalling.Transfer;

/// Writes down what is signalled of one call, as it passes (R5). What is beyond a bound is counted in the facts
/// themselves.
///
/// Written on the call's lane and on those of its other passages, read on the call's own thread: locked.
final class SignallingLog {

    /// A peer chooses how many it sends.
    static final int FINALS_MAX = 8;

    static final int FORKS_MAX = 64;
    static final int TRANSFERS_MAX = 16;
    static final int LINKS_MAX = 16;

    private final Clock clock;
    private final List<Integer> finals = new ArrayList<>();
    private final Set<String> forks = new HashSet<>();
    private final List<Transfer> transfers = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final Map<CallId, Opening> openings = new HashMap<>(); // of calls in `links`
    private @Nullable Instant rangAt;
    private @Nullable Instant answeredAt;
    private @Nullable Instant acknowledgedAt;
    private @Nullable Instant byeAt;
    private int passedAgain;
    private int left;

    SignallingLog(Clock clock) {
        this.clock = clock;
    }

    /// A provisional response other than 100 or a 2xx to the initial INVITE.
    synchronized void responded(int status, String toTag) {
        if (status < 200) {
            rangAt = rangAt == null ? clock.instant() : rangAt;
        } else {
            answeredAt = answeredAt == null ? clock.instant() : answeredAt;
            last(status);
        }
        if (!forks.contains(toTag)) {
            keep(forks, toTag, FORKS_MAX);
        }
    }

    /// A final response other than 2xx went to the caller.
    synchronized void rejected(int status) {
        last(status);
    }

    private void last(int status) {
        if (!finals.contains(status)) {
            keep(finals, status, FINALS_MAX);
        }
    }

    synchronized void acknowledged() {
        acknowledgedAt = acknowledgedAt == null ? clock.instant() : acknowledgedAt;
    }

    synchronized void hungUp() {
        byeAt = byeAt == null ? clock.instant() : byeAt;
    }

    synchronized void passedAgain() {
        passedAgain++;
    }

    synchronized void transferred(Signalling.Kind kind, Leg by) {
        keep(transfers, new Transfer(kind, by, clock.instant()), TRANSFERS_MAX);
    }

    /// A call that begins is what it is to this one. It takes the place of an earlier attempt at itself.
    synchronized void linked(Relation relation, CallId other, Opening begins) {
        links.removeIf(link -> link.relation() == relation && begins.follows(openings.get(link.other())));
        openings.keySet()
                .removeIf(call -> links.stream().noneMatch(link -> link.other().equals(call)));
        linked(relation, other);
        if (links.stream().anyMatch(link -> link.other().equals(other))) {
            openings.put(other, begins);
        }
    }

    /// Another call is what it is to this one; said twice it is kept once.
    synchronized void linked(Relation relation, CallId other) {
        boolean known = links.stream()
                .anyMatch(link -> link.relation() == relation && link.other().equals(other));
        if (!known) {
            keep(links, new Link(relation, other, clock.instant()), LINKS_MAX);
        }
    }

    /// Whether somebody answered under that To tag, with a provisional response or a 2xx.
    synchronized boolean hasFork(String toTag) {
        return forks.contains(toTag);
    }

    private <T> void keep(Collection<T> all, T one, int most) {
        if (all.size() < most) {
            all.add(one);
        } else {
            left++;
        }
    }

    synchronized Signalling facts() {
        return new Signalling(
                rangAt, answeredAt, acknowledgedAt, byeAt, finals, forks.size(), passedAgain, transfers, links, left);
    }
}
