package org.koegura.sipproxy.call;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.LeftCall;

/// Checkpoints in memory: asks a call when a test does.
public final class KeptCheckpoints implements CallCheckpoints {

    private final Map<CallId, Telling> up = new ConcurrentHashMap<>();

    @Override
    public void changed(CallId call, Telling telling) {
        up.put(call, telling);
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

    /// What was told last is what is found.
    public void settle(CallId call) {
        Telling telling = up.get(call);
        if (telling != null) {
            LeftCall _ = telling.now();
            telling.settled();
        }
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
        Telling telling = up.get(call);
        return telling == null ? null : telling.now();
    }
}
