package org.koegura.console;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.koegura.console.page.CallRow;
import org.koegura.console.page.Words;
import org.koegura.governance.Answer;
import org.koegura.governance.CallWatch;
import org.koegura.governance.CallWatch.News;
import org.koegura.governance.Door;
import org.koegura.governance.Refusal;
import org.koegura.governance.account.Session;
import tools.jackson.databind.node.ObjectNode;

/// `GET /calls/events`: the live list as server-sent events (HTML Standard §9.2), until the session ends, the
/// browser goes, or the console closes. Who may not watch is answered before the stream begins.
///
/// Each stream keeps the thread of its request. How many there are is bounded by the door's watches; what
/// changes while a slow browser is written to becomes one event.
final class LiveEvents implements AutoCloseable {

    static final String PATH = "/calls/events";

    /// Half of the time after which Jetty takes a connection without traffic for dead.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /// Changes that come within this time of an event make one event together.
    private static final Duration TOGETHER = Duration.ofMillis(200);

    private final Door door;
    private final Gate gate;
    private final LiveList list;
    private final Clock clock;
    private final Duration keepAlive;
    private final Set<CallWatch> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LiveEvents(Door door, Gate gate, LiveList list, Clock clock, Duration keepAlive) {
        this.door = door;
        this.gate = gate;
        this.list = list;
        this.clock = clock;
        this.keepAlive = keepAlive;
    }

    void addTo(RoutesConfig routes) {
        routes.get(PATH, this::open);
    }

    private void open(Context context) throws IOException {
        Session session = gate.session(context);
        try (CallWatch watch = Gate.granted(context, door.watchCalls(session))) {
            open.add(watch);
            try {
                stream(context, watch);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            } finally {
                open.remove(watch);
            }
        }
    }

    private void stream(Context context, CallWatch watch) throws IOException, InterruptedException {
        SentRows sent = new SentRows(Gate.words(context));
        List<CallRow> rows = Gate.granted(context, rows(context, sent.words()));
        EventStream events = EventStream.begin(context);
        send(events, sent.changed(rows));
        while (!closed && tell(context, watch.await(keepAlive), events, sent)) {
            Thread.sleep(TOGETHER);
        }
    }

    /// Tells what news there are; false where the stream is over.
    private boolean tell(Context context, News news, EventStream events, SentRows sent) throws IOException {
        return switch (rows(context, sent.words())) {
            case Answer.Granted<List<CallRow>>(List<CallRow> rows) -> {
                if (news == News.ENDED) {
                    yield false; // we are closing: the browser comes again
                }
                send(events, sent.changed(rows));
                yield true;
            }
            case Answer.Refused<List<CallRow>>(Refusal why) -> {
                if (why instanceof Refusal.NotSignedIn || why instanceof Refusal.Forbidden) {
                    events.send("ended", Json.object());
                }
                yield false; // for any other reason: the browser comes again, and is told it as an answer
            }
        };
    }

    /// What the session may see at this moment, if it still stands.
    private Answer<List<CallRow>> rows(Context context, Words words) {
        return switch (gate.current(context)) {
            case Answer.Granted<Session>(Session session) -> list.rows(session, words);
            case Answer.Refused<Session>(Refusal why) -> new Answer.Refused<>(why);
        };
    }

    private void send(EventStream events, @Nullable ObjectNode changed) throws IOException {
        ObjectNode data = changed == null ? Json.object() : changed;
        events.send(
                changed == null ? "quiet" : "calls",
                data.put("now", clock.instant().toString()));
    }

    /// Ends all streams at once; browsers try to come back. Idempotent.
    @Override
    public void close() {
        closed = true;
        open.forEach(CallWatch::close);
    }
}
