package org.koegura.sipproxy.call;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.LeftCall;

/// Checkpoints in memory: asks a call when a test does.
public final class KeptCheckpoints implements CallCheckpoints {

    private final Map<CallId, Supplier<? extends @Nullable LeftCall>> up = new ConcurrentHashMap<>();

    @Override
    public void changed(CallId call, Supplier<? extends @Nullable LeftCall> now) {
        up.put(call, now);
    }

    @Override
    public void over(CallId call) {
        up.remove(call);
    }

    @Override
    public List<CallCheckpoint> left() {
        return List.of();
    }

    @Override
    public List<LeftCall.Owed> owed() {
        return List.of();
    }

    /// What a process would find that takes the call up; null where there is nothing.
    public @Nullable CallCheckpoint of(CallId call) {
        return left(call) instanceof CallCheckpoint checkpoint ? checkpoint : null;
    }

    /// What a process would find that only tells its outcome; null where there is nothing.
    public LeftCall.@Nullable Owed owed(CallId call) {
        return left(call) instanceof LeftCall.Owed owed ? owed : null;
    }

    private @Nullable LeftCall left(CallId call) {
        Supplier<? extends @Nullable LeftCall> now = up.get(call);
        return now == null ? null : now.get();
    }
}
