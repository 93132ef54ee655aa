package org.koegura.console;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/// The few files that pages load: read once, from our own jar, and served under their names and no others.
final class Assets {

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("console.css", "text/css; charset=utf-8"),
            Map.entry("console.js", SCRIPT),
            Map.entry("page.js", SCRIPT),
            Map.entry("live.js", SCRIPT),
            Map.entry("exempt.js", SCRIPT),
            Map.entry("export.js", SCRIPT),
            Map.entry("confirmed.js", SCRIPT),
            Map.entry("reasoned.js", SCRIPT),
            Map.entry("pause.js", SCRIPT),
            Map.entry("preserve.js", SCRIPT),
            Map.entry("player.js", SCRIPT),
            Map.entry("icon.svg", "image/svg+xml"));

    private Assets() {}

    static void addTo(RoutesConfig routes) {
        TYPES.forEach((name, type) -> {
            byte[] file = read(name);
            routes.get(
                    "/assets/" + name,
                    context -> context.contentType(type)
                            .header("Cache-Control", "no-cache")
                            .result(file));
        });
    }

    private static byte[] read(String name) {
        String path = "/org/koegura/console/assets/" + name;
        try (InputStream in = Objects.requireNonNull(Assets.class.getResourceAsStream(path), path)) {
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
