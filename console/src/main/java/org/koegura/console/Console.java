package org.koegura.console;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.koegura.governance.Door;

/// The console's HTTP server: REST, pages, `/metrics`. Open from [#open] to [#close].
public final class Console implements AutoCloseable {

    /// Connections at once; more wait in the operating system's queue.
    static final int CONNECTIONS_MAX = 512;

    /// As many more, for accepting and selecting.
    private static final int THREADS_OF_JETTY = 64;

    /// Ports below it may need more rights than the user has.
    private static final int PORTS_OF_ALL = 1024;

    private final Javalin server;
    private final LiveEvents events;
    private final URI base;

    /// Where the console listens.
    ///
    /// @param host address or name to bind, for example `127.0.0.1`
    /// @param port 0 takes a free one
    /// @param zone in whose local time pages show instants
    public record Settings(String host, int port, ZoneId zone) {

        /// In Japan.
        public Settings(String host, int port) {
            this(host, port, ZoneId.of("Asia/Tokyo"));
        }
    }

    private Console(Javalin server, LiveEvents events, URI base) {
        this.server = server;
        this.events = events;
        this.base = base;
    }

    /// Starts listening.
    ///
    /// @param door what it asks for everything
    /// @param registry scraped at `/metrics`
    /// @param clock for the times in fault messages
    /// @throws ConsoleFault it does not listen; nothing is left open
    public static Console open(Settings settings, Door door, PrometheusMeterRegistry registry, Clock clock)
            throws ConsoleFault {
        return open(settings, door, registry, clock, LiveEvents.KEEP_ALIVE);
    }

    static Console open(Settings settings, Door door, PrometheusMeterRegistry registry, Clock clock, Duration keepAlive)
            throws ConsoleFault {
        Gate gate = new Gate(door);
        LiveList live = new LiveList(door, settings.zone());
        LiveEvents events = new LiveEvents(door, gate, live, clock, keepAlive);
        Pages pages = new Pages(door, gate, live, settings.zone(), clock);
        Javalin server = Javalin.create(config -> {
            configure(config);
            config.routes.before(Console::addSecurityHeaders);
            new Api(door, gate).addTo(config.routes);
            new StandingApi(door, gate, clock).addTo(config.routes);
            pages.addTo(config.routes);
            new StandingPage(door, gate, settings.zone(), clock).addTo(config.routes);
            events.addTo(config.routes);
            Assets.addTo(config.routes);
            config.routes.get(
                    "/metrics",
                    context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                            .result(registry.scrape()));
            new Faults(pages, clock).addTo(config);
        });
        start(server, settings);
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return new Console(server, events, URI.create("http://" + host + ":" + server.port()));
    }

    private static void start(Javalin server, Settings settings) throws ConsoleFault {
        String where = "port " + settings.port() + " on " + settings.host();
        try {
            if (!isOurs(InetAddress.getByName(settings.host()))) {
                throw new ConsoleFault.Unusable(
                        "console cannot listen on " + where + ": name an address of this machine", null);
            }
            server.start(settings.host(), settings.port());
        } catch (JavalinBindException taken) {
            server.stop();
            String rights = settings.port() < PORTS_OF_ALL ? " or not open to this user" : "";
            throw new ConsoleFault.PortTaken(
                    "console " + where + " is taken" + rights + ": stop what listens there, or choose another port",
                    taken);
        } catch (IOException | RuntimeException unusable) {
            server.stop();
            throw new ConsoleFault.Unusable(
                    "console cannot listen on " + where + ": name an address of this machine", unusable);
        }
    }

    private static boolean isOurs(InetAddress address) throws SocketException {
        return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    private static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = Json.BODY_BYTES_MAX;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
        });
        QueuedThreadPool threads = new QueuedThreadPool(CONNECTIONS_MAX + THREADS_OF_JETTY);
        threads.setName("console");
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> server.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, server)));
    }

    private static void addSecurityHeaders(Context context) {
        context.header(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
                                + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "same-origin")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
    }

    /// Where it listens, for example `http://127.0.0.1:8080`.
    public URI base() {
        return base;
    }

    /// Ends the streams of live calls, stops listening and waits for running requests, briefly. Idempotent.
    @Override
    public void close() {
        events.close();
        server.stop();
    }
}
