package org.koegura.governance.standing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.governance.account.Post;
import org.koegura.governance.account.Role;

/// Who may write, approve and end a standing exemption, and for how long it is (N8). Pure and total; whether a role may
/// ask at all is the door's table.
final class StandingRules {

    /// From when it was written; whoever approves late approves for less.
    static final Duration LASTS_MAX = Duration.ofDays(30);

    /// Such as wait or are in force.
    static final int OPEN_MAX = 1_000;

    private static final Pattern NUMBER = Pattern.compile("\\+[1-9][0-9]{6,14}");

    private StandingRules() {}

    /// Somebody who asks, with the posts held now.
    record Person(String account, List<Post> posts) {

        Person {
            posts = List.copyOf(posts);
        }

        private boolean isSupervisorOf(@Nullable String section) {
            return posts.stream()
                    .filter(post -> post.role() == Role.SUPERVISOR && post.section() != null)
                    .anyMatch(post -> section == null || section.equals(sectionOf(post)));
        }

        private boolean isManager() {
            return posts.stream().anyMatch(post -> post.role() == Role.MANAGER);
        }

        /// The post under which this person writes: what reaches furthest, so that a second person above it approves.
        /// Null where none may.
        @Nullable
        Post writes() {
            return List.of(Role.MANAGER, Role.SUPERVISOR, Role.OPERATOR).stream()
                    .flatMap(role -> posts.stream().filter(post -> post.role() == role))
                    .findFirst()
                    .orElse(null);
        }
    }

    static @Nullable String sectionOf(Post post) {
        Post.Section section = post.section();
        return section == null ? null : section.id();
    }

    /// What is known of a number and of the register when somebody writes one.
    ///
    /// @param last the one that was approved last for that number; null where none was
    /// @param pending whether one for that number waits
    /// @param open how many wait or are in force
    record Known(@Nullable StandingExemption last, boolean pending, int open) {}

    /// Why this person cannot write one; null where he can. There is no time after which the author of the last one
    /// may write the next: to let it rest for a day would be the way around.
    static @Nullable StandingRefusal propose(Person by, String number, Instant endsAt, Instant now, Known known) {
        if (!NUMBER.matcher(number).matches()) {
            return StandingRefusal.NUMBER_UNREADABLE;
        }
        if (!endsAt.isAfter(now) || endsAt.isAfter(now.plus(LASTS_MAX))) {
            return StandingRefusal.END_OUT_OF_RANGE;
        }
        if (known.last() != null && known.last().author().equals(by.account())) {
            return StandingRefusal.RENEWED_BY_AUTHOR;
        }
        if (known.pending()) {
            return StandingRefusal.PROPOSED_ALREADY;
        }
        return known.open() >= OPEN_MAX ? StandingRefusal.TOO_MANY : null;
    }

    /// Why this person cannot approve it; null where he can.
    ///
    /// @param last the one that was approved last for that number; null where none was. Its author decides
    ///     neither that there is a next one nor by whom it is written.
    static @Nullable StandingRefusal approve(
            Person by, StandingExemption of, @Nullable StandingExemption last, Instant now) {
        if (of.author().equals(by.account())) {
            return StandingRefusal.SELF_APPROVED;
        }
        if (last != null && last.author().equals(by.account())) {
            return StandingRefusal.RENEWED_BY_AUTHOR;
        }
        boolean approves = switch (of.authorRole()) {
            case OPERATOR ->
                by.isSupervisorOf(Objects.requireNonNullElse(of.section(), ""))
                        || (last != null && last.authorRole() == Role.SUPERVISOR && by.isManager());
            case SUPERVISOR -> by.isManager();
            case MANAGER -> by.isSupervisorOf(null); // a second person, and nobody is above
            case ADMINISTRATOR, DESIGNATED -> false;
        };
        if (!approves) {
            return StandingRefusal.NOT_THE_APPROVER;
        }
        return switch (of.status(now)) {
            case PENDING -> null;
            case LAPSED, ENDED -> StandingRefusal.EXPIRED;
            case IN_FORCE, WITHDRAWN -> StandingRefusal.NOT_PENDING;
        };
    }

    /// Why this person cannot end it before its time; null where he can. To end one is to tell the other party again:
    /// its author may, every supervisor, for it holds for calls of every section, and the manager.
    static @Nullable StandingRefusal withdraw(Person by, StandingExemption of, Instant now) {
        boolean may = of.author().equals(by.account()) || by.isManager() || by.isSupervisorOf(null);
        if (!may) {
            return StandingRefusal.NOT_YOURS;
        }
        return switch (of.status(now)) {
            case PENDING, IN_FORCE -> null;
            case LAPSED, ENDED -> StandingRefusal.EXPIRED;
            case WITHDRAWN -> StandingRefusal.NOT_PENDING;
        };
    }
}
