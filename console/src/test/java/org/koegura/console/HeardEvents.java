package org.koegura.console;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a stream of server-sent events as a browser does.
final class HeardEvents implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final JsonMapper json = new JsonMapper();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final InputStream in;
    private volatile boolean over;

    /// One event.
    record Event(String name, JsonNode data) {}

    HeardEvents(InputStream in) {
        this.in = in;
        Thread.ofVirtual().name("events").start(this::read);
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(name, json.readTree(line.substring("data: ".length()))));
                }
            }
        } catch (IOException broken) {
            // over as well
        }
        over = true;
    }

    Event next() throws InterruptedException {
        Event event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new AssertionError(over ? "the stream is over" : "no event came");
        }
        return event;
    }

    void awaitEnd() {
        await("the stream ends").atMost(PATIENCE).until(() -> over);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
