package org.koegura.console;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// An answer of `text/event-stream` that has begun (HTML Standard §9.2.5). Blocks while the browser does not read.
final class EventStream {

    /// How long a browser waits before it comes again.
    private static final int RETRY_MILLIS = 2000;

    private final OutputStream out;

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /// Begins the answer; from here on there is no other status.
    static EventStream begin(Context context) throws IOException {
        context.status(200)
                .contentType("text/event-stream; charset=utf-8")
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no"); // a reverse proxy must not hold events back
        EventStream stream = new EventStream(context.res().getOutputStream());
        stream.write("retry: " + RETRY_MILLIS + "\n\n");
        return stream;
    }

    /// Sends one event, now.
    ///
    /// @throws IOException the browser is gone
    void send(String name, JsonNode data) throws IOException {
        write("event: " + name + "\ndata: " + new String(Json.bytes(data), StandardCharsets.UTF_8) + "\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
