package org.koegura.sipproxy.call;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.LeftCall;

/// Gathers what the next process would need of one call: each part is said by the thread that owns it, and the
/// whole is asked by the keeper's.
///
/// Safe from any thread: parts are immutable and each is the newest. Two of them may be a moment apart.
final class Checkpoints {

    private final CallFacts facts;
    private final CallCheckpoints keeper;

    private volatile @Nullable Answered answered;
    private volatile CallCheckpoint.@Nullable Agreed agreed;
    private volatile CallCheckpoint.@Nullable Media media;
    private volatile @Nullable Supplier<CallCheckpoint.@Nullable Dialog> dialog;

    Checkpoints(CallFacts facts, CallCheckpoints keeper) {
        this.facts = facts;
        this.keeper = keeper;
    }

    /// @param standing null once the call is over
    /// @param up whether its parties may speak on
    private record Answered(Instant at, CallCheckpoint.@Nullable Standing standing, boolean up) {}

    /// Who knows the dialog.
    void dialog(Supplier<CallCheckpoint.@Nullable Dialog> known) {
        dialog = known;
    }

    /// Where the call stands since it was answered; null where its outcome is told.
    ///
    /// @param up whether there is something to take up; else its outcome is all that is owed
    void stands(Instant answeredAt, CallCheckpoint.@Nullable Standing standing, boolean up) {
        Answered now = new Answered(answeredAt, standing, up);
        if (!now.equals(answered)) {
            answered = now;
            tell();
        }
    }

    void agreed(CallCheckpoint.Agreed now) {
        agreed = now;
        tell();
    }

    void media(CallCheckpoint.Media now) {
        media = now;
        tell();
    }

    /// The call is over.
    void over() {
        answered = null;
        keeper.over(facts.call());
    }

    private void tell() {
        if (answered != null) {
            keeper.changed(facts.call(), this::now);
        }
    }

    /// A process that knows the keys and not how far they were used would use an index twice: such a call is not taken
    /// up.
    private static boolean isSrtp(List<RemoteMedia> media) {
        return media.stream().anyMatch(line -> line.srtp() != null);
    }

    /// A call that cannot be taken up still has its outcome.
    private @Nullable LeftCall now() {
        Answered since = answered;
        if (since == null || since.standing() == null) {
            return null;
        }
        CallCheckpoint.Agreed by = agreed;
        CallCheckpoint.Media through = media;
        Supplier<CallCheckpoint.@Nullable Dialog> known = dialog;
        CallCheckpoint.Dialog in = known == null ? null : known.get();
        return !since.up() || by == null || through == null || in == null || isSrtp(by.inside()) || isSrtp(by.outside())
                ? new LeftCall.Owed(facts, since.at(), since.standing())
                : new CallCheckpoint(facts, since.at(), since.standing(), in, by, through);
    }
}
