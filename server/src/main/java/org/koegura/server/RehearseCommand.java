package org.koegura.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `koegura rehearse`: what `run` does before it answers telephones, and what it does after a kill, and nothing else.
/// The
/// launcher trains the cache of classes and profiles with it.
@Command(name = "rehearse", description = "Places calls through itself on loopback and ends.", hidden = true)
final class RehearseCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// Long enough for a notice to be heard, and for what follows to be recorded.
    private static final Duration TALK = Duration.ofSeconds(15);

    @Option(names = "--calls", paramLabel = "NUMBER", required = true, description = "How many calls.")
    int calls;

    @Override
    public Integer call() {
        return Rehearsed.train(calls, LIMIT, TALK) ? 0 : 1;
    }
}
