package org.koegura.sipproxy.call;

import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.callmodel.port.MediaSession;

/// Gathers what the next process would need of one call: each part is said by the thread that owns it, and the
/// whole is asked by the keeper's.
///
/// Safe from any thread: parts are immutable and each is the newest. Two of them may be a moment apart.
final class Checkpoints implements CallCheckpoints.Telling {

    private final CallFacts facts;
    private final CallCheckpoints keeper;

    private volatile @Nullable Answered answered;
    private volatile CallCheckpoint.@Nullable Agreed agreed;
    private volatile CallCheckpoint.@Nullable Media media;
    private volatile @Nullable Supplier<CallCheckpoint.@Nullable Dialog> dialog;
    private volatile @Nullable MediaSession session;

    /// Whether the next process may find anything of the call.
    private volatile boolean told;

    /// Whether the call is left as it stands for the next process.
    private volatile boolean leftUp;

    /// What the keeper got last; its own thread's.
    private CallCheckpoint.@Nullable Media asked;

    Checkpoints(CallFacts facts, CallCheckpoints keeper) {
        this.facts = facts;
        this.keeper = keeper;
    }

    /// @param standing null once the call is over
    /// @param up whether its parties may speak on
    private record Answered(Instant at, CallCheckpoint.@Nullable Standing standing, boolean up) {}

    /// Whose media they are.
    void session(MediaSession media) {
        session = media;
    }

    /// The call is one that another process left, as the keeper has it.
    void resumed(CallCheckpoint.Media left) {
        media = left;
        told = true;
    }

    /// Who knows the dialog.
    void dialog(Supplier<CallCheckpoint.@Nullable Dialog> known) {
        dialog = known;
    }

    /// Where the call stands since it was answered; null where its outcome is told.
    ///
    /// @param up whether there is something to take up; else its outcome is all that is owed
    void stands(Instant answeredAt, CallCheckpoint.@Nullable Standing standing, boolean up) {
        if (leftUp) {
            return;
        }
        Answered now = new Answered(answeredAt, standing, up);
        if (!now.equals(answered)) {
            answered = now;
            told = true;
            tell();
        }
    }

    void agreed(CallCheckpoint.Agreed now) {
        agreed = now;
        tell();
    }

    void media(CallCheckpoint.Media now) {
        media = now;
        if (told) {
            tell();
        } else {
            settled(now); // nothing is found of a call that was not told
        }
    }

    /// This process stops and the call goes on: whoever starts next finds it as it stands now, whatever becomes of it
    /// here. One that is not up is over all the same.
    void leave() {
        Answered now = answered;
        leftUp = now != null && now.up();
    }

    /// The call is over.
    void over() {
        if (leftUp) {
            return;
        }
        answered = null;
        keeper.over(facts.call());
    }

    private void tell() {
        if (answered != null) {
            keeper.changed(facts.call(), this);
        }
    }

    @Override
    public void settled() {
        CallCheckpoint.Media last = asked;
        if (last != null && answered != null) {
            settled(last);
        }
    }

    private void settled(CallCheckpoint.Media last) {
        MediaSession of = session;
        if (of != null && last.speaksSrtp()) { // to plain media it would be a command for nothing
            of.checkpointed(last);
        }
    }

    /// A call that cannot be taken up still has its outcome. A process that knew its keys of SRTP and not how far they
    /// were used would use an index twice.
    @Override
    public @Nullable LeftCall now() {
        asked = media;
        Answered since = answered;
        if (since == null || since.standing() == null) {
            return null;
        }
        CallCheckpoint.Agreed by = agreed;
        CallCheckpoint.Media through = asked;
        Supplier<CallCheckpoint.@Nullable Dialog> known = dialog;
        CallCheckpoint.Dialog in = known == null ? null : known.get();
        return !since.up() || by == null || through == null || in == null || !CallCheckpoint.isWhole(by, through)
                ? new LeftCall.Owed(facts, since.at(), since.standing())
                : new CallCheckpoint(facts, since.at(), since.standing(), in, by, through);
    }
}
