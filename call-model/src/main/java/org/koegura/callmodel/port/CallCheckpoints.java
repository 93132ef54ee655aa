package org.koegura.callmodel.port;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;

/// Keeps what a process needs that takes over the calls of one that died. Asked by sip-proxy, answered by
/// storage-client.
///
/// What is kept survives the end of the process, not that of the machine. It MUST NOT reach a disk unencrypted:
/// it names people.
public interface CallCheckpoints {

    /// Says that a call changed in something that [CallCheckpoint] states. MUST NOT block.
    ///
    /// @param now asked soon afterwards on another thread, once for all changes until then; null where there is
    ///     nothing to take up
    void changed(CallId call, Supplier<@Nullable CallCheckpoint> now);

    /// Says that a call is over, or was taken up under another name. MUST NOT block.
    void over(CallId call);

    /// What the process before this one left: answered calls that were up when it died. The same list each time;
    /// it is kept until each call in it is said to be over.
    List<CallCheckpoint> left();
}
