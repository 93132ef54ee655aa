package org.koegura.callmodel.port;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;

/// Keeps what a process needs that takes over the calls of one that died. Asked by sip-proxy, answered by
/// storage-client.
///
/// What is kept survives the end of the process, not that of the machine. It MUST NOT reach a disk unencrypted:
/// it names people.
public interface CallCheckpoints {

    /// Says that a call changed in something that [LeftCall] states. MUST NOT block.
    void changed(CallId call, Telling telling);

    /// Who tells what is left of a call. Asked on the keeper's thread, and MUST NOT block it.
    @FunctionalInterface
    interface Telling {

        /// Asked soon after a change, once for all changes until then; null where there is nothing to take up and
        /// nothing to tell.
        @Nullable
        LeftCall now();

        /// Says that the next process finds what [#now] told last, or nothing of the call: what was told before is
        /// not found any more.
        default void settled() {}
    }

    /// Says that a call is over and its outcome told. MUST NOT block.
    void over(CallId call);

    /// Answered calls that were up when the process before this one died or was stopped, to be taken up. The same list
    /// each
    /// time; it is kept until something else is said of each.
    List<CallCheckpoint> left();

    /// Calls of processes before this one whose outcome nobody told yet, those of [#left] not included. The same
    /// list each time; it is kept until each call in it is said to be over.
    List<LeftCall.Owed> owed();
}
