package org.koegura.sipproxy.media;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.koegura.sipproxy.negotiation.Dialogs;
import org.koegura.sipproxy.sdp.EarlyAnswer;
import org.koegura.sipproxy.sdp.SessionDescription;

/// In which dialogs of one call the caller got an answer of ours while it rang (trap 36), and what it was told in them
/// since. The dialogs are the callee's own: each bears the tag that it gave itself.
///
/// Not safe from several threads: its negotiation locks it.
public final class EarlyAnswers {

    private final EarlyAnswer answer;

    /// By the callee's tag; at most [Dialogs#DIALOGS_MAX].
    private final Map<String, Told> told = new HashMap<>();

    /// Those whose callee wants its 18x acknowledged; as many at most.
    private final Set<String> silent = new HashSet<>();

    private boolean closed;
    private long differing;

    public EarlyAnswers(EarlyAnswer answer) {
        this.answer = answer;
    }

    private static final class Told {
        /// The callee's own `o=` that the caller was told last under our own; empty before its first.
        String origin = "";

        long version = 1;

        /// Whether the caller knows our answer and nothing else.
        boolean ours = true;

        /// Whether the callee ever answered something else.
        boolean differs;
    }

    /// Whether an 18x without a description goes on with [#answer].
    ///
    /// @param reliable whether it asks for a PRACK: then nobody can say anything in its place
    /// @param answered whether its callee has said something of its own in that dialog
    public boolean speaksFor(String calleeTag, boolean reliable, boolean answered) {
        Told known = told.get(calleeTag);
        if (known != null) {
            return !reliable && known.origin.isEmpty(); // what it said itself is not unsaid
        }
        if (reliable && silent.size() < Dialogs.DIALOGS_MAX) {
            silent.add(calleeTag);
        }
        boolean full = told.size() >= Dialogs.DIALOGS_MAX || silent.size() >= Dialogs.DIALOGS_MAX;
        if (closed || full || reliable || answered || calleeTag.isEmpty() || silent.contains(calleeTag)) {
            return false;
        }
        told.put(calleeTag, new Told());
        return true;
    }

    /// Whether the caller got our answer in that dialog.
    public boolean isTold(String calleeTag) {
        return told.containsKey(calleeTag);
    }

    /// What is said in place of whoever rings.
    public EarlyAnswer answer() {
        return answer;
    }

    /// From now on no further dialog gets an answer of ours.
    public void close() {
        closed = true;
    }

    /// What the caller is told instead of a description that the callee makes in a dialog: our answer, byte for byte,
    /// as long as it says the same; else the true one, as a further version of our session.
    ///
    /// @param sdp as the callee made it
    /// @param rewritten as it would go on
    /// @param answers whether it answers the offer that we answered for it
    public byte[] instead(String calleeTag, SessionDescription sdp, byte[] rewritten, boolean answers) {
        Told known = told.get(calleeTag);
        if (known == null) {
            return rewritten;
        }
        String origin = EarlyAnswer.origin(sdp);
        boolean first = known.origin.isEmpty();
        boolean agrees = answer.says(sdp);
        boolean same = known.ours && agrees && (first || origin.equals(known.origin));
        boolean again = !first && origin.equals(known.origin) && !known.ours;
        if (!same && !again) {
            known.version++;
        }
        if (answers && !agrees && !known.differs) {
            known.differs = true;
            differing++;
        }
        known.ours = same;
        known.origin = origin;
        return same ? answer.bytes() : answer.inItsSession(rewritten, known.version);
    }

    /// Dialogs whose callee answered something else than we had said for it.
    public long differing() {
        return differing;
    }
}
