package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.storageclient.keys.KeyCabinet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a start finds of the processes before it, as far as it is believed. Of a call that is not taken up, for
/// whatever reason, the outcome is owed all the same.
///
/// @param left what is to be taken up, and what only to be told
/// @param claimed what the file is to say before any of it is taken up
record FoundCalls(Left left, Map<CallId, CheckpointFile.State> claimed) {

    private static final Logger LOG = LoggerFactory.getLogger(FoundCalls.class);

    /// A call whose process has not been alive for longer is over: its telephones have given up.
    static final Duration AGE_MAX = Duration.ofMinutes(1);

    /// So many starts may claim what a process said of a call, and die before they say more. Each uses up indices of
    /// SRTP, and it may be this very call that ends them.
    static final int CLAIMS_MAX = 3;

    /// What the process before left.
    record Left(List<CallCheckpoint> up, List<LeftCall.Owed> owed) {

        /// Without calls that the process after this one might take up as well, from where this one does.
        Left withoutSrtp() {
            List<LeftCall.Owed> more = new ArrayList<>(owed);
            up.stream().filter(Left::speaksSrtp).map(LeftCall::owed).forEach(more::add);
            return new Left(up.stream().filter(call -> !speaksSrtp(call)).toList(), List.copyOf(more));
        }

        private static boolean speaksSrtp(CallCheckpoint call) {
            return call.media().speaksSrtp();
        }
    }

    /// A call in the file.
    ///
    /// @param aliveMillis Unix time at which the process was last alive that said it
    /// @param claims starts that have claimed it since
    private record One(LeftCall call, long aliveMillis, int claims) {

        boolean isUp() {
            return call instanceof CallCheckpoint;
        }

        One owed() {
            return new One(call.owed(), aliveMillis, claims);
        }
    }

    /// Reads the file. One that cannot be read, or that another version wrote, says nothing.
    ///
    /// @param boot this run of the machine
    static FoundCalls in(Path path, KeyCabinet keys, Boot boot, long nowMillis) {
        Map<CallId, One> found = new LinkedHashMap<>();
        Boot writtenIn = Boot.UNKNOWN;
        try {
            CheckpointFile.Said said = CheckpointFile.read(path, keys);
            writtenIn = said.boot();
            said.states().forEach((call, state) -> {
                LeftCall one = CheckpointWords.read(state.words());
                if (one == null) {
                    LOG.warn("call.checkpoint.unreadable call={}", call);
                } else {
                    found.put(call, new One(one, state.aliveMillis(), state.claims()));
                }
            });
        } catch (CheckpointFile.OtherVersion other) {
            LOG.warn("call.checkpoints.other.version cause=\"{}\"", other.getMessage());
        } catch (IOException | RuntimeException fault) {
            LOG.error("call.checkpoints.unreadable path={} cause=\"{}\"", path, fault.toString());
        }
        believe(found, writtenIn, boot, nowMillis);
        return of(found);
    }

    private static void believe(Map<CallId, One> found, Boot writtenIn, Boot boot, long nowMillis) {
        if (!writtenIn.isSameAs(boot)) {
            int calls = giveUp(found, _ -> true).size();
            if (calls > 0) {
                LOG.warn(
                        "call.checkpoints.other.boot calls={} cause=\"{}\"",
                        calls,
                        boot.id() == null
                                ? "the system does not tell whether it was started since; none is taken up"
                                : "the machine was started since; none is taken up");
            }
        }
        int old = giveUp(found, one -> nowMillis - one.aliveMillis() > AGE_MAX.toMillis())
                .size();
        if (old > 0) {
            LOG.warn("call.checkpoints.old calls={} next=\"none of these is taken up\"", old);
        }
        Set<CallId> continued = new HashSet<>();
        found.values().forEach(one -> {
            if (one.call().facts().continues() != null) {
                continued.add(one.call().facts().continues());
            }
        });
        // the next process took it up and died before it said so
        giveUp(found, one -> continued.contains(one.call().facts().call()));
        giveUp(found, one -> one.claims() >= CLAIMS_MAX)
                .forEach(call -> LOG.warn("call.checkpoint.given.up call={} claims={}", call, CLAIMS_MAX));
    }

    /// Of such only the outcome is owed from now on.
    ///
    /// @return those that might have been taken up
    private static List<CallId> giveUp(Map<CallId, One> found, Predicate<One> which) {
        List<CallId> given = new ArrayList<>();
        found.replaceAll((call, one) -> {
            if (!one.isUp() || !which.test(one)) {
                return one;
            }
            given.add(call);
            return one.owed();
        });
        return given;
    }

    private static FoundCalls of(Map<CallId, One> found) {
        List<CallCheckpoint> up = new ArrayList<>();
        List<LeftCall.Owed> owed = new ArrayList<>();
        Map<CallId, CheckpointFile.State> claimed = new LinkedHashMap<>();
        found.forEach((call, one) -> {
            LeftCall next = switch (one.call()) {
                case CallCheckpoint checkpoint -> {
                    up.add(checkpoint);
                    yield checkpoint.claimed();
                }
                case LeftCall.Owed debt -> {
                    owed.add(debt);
                    yield debt;
                }
            };
            int claims = one.isUp() ? one.claims() + 1 : one.claims();
            claimed.put(call, new CheckpointFile.State(one.aliveMillis(), claims, CheckpointWords.of(next)));
        });
        return new FoundCalls(new Left(List.copyOf(up), List.copyOf(owed)), claimed);
    }
}
