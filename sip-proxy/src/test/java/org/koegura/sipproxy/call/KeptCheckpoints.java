package org.koegura.sipproxy.call;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;

/// Checkpoints in memory: asks a call when a test does.
public final class KeptCheckpoints implements CallCheckpoints {

    private final Map<CallId, Supplier<@Nullable CallCheckpoint>> up = new ConcurrentHashMap<>();

    @Override
    public void changed(CallId call, Supplier<@Nullable CallCheckpoint> now) {
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

    /// What a process would find that takes the call up; null where there is nothing.
    public @Nullable CallCheckpoint of(CallId call) {
        Supplier<@Nullable CallCheckpoint> now = up.get(call);
        return now == null ? null : now.get();
    }
}
