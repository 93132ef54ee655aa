package org.koegura.server.peer;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.Closeable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Debian's Chromium without a screen, driven by Playwright. Of one thread: the test's.
public final class Chromium implements Closeable {

    private static final Path EXECUTABLE = Path.of("/usr/bin/chromium");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    public static Chromium start() {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(EXECUTABLE)
                            .setArgs(List.of("--no-sandbox"))); // the tests run as root
            return new Chromium(playwright, browser);
        } catch (RuntimeException | Error e) {
            playwright.close();
            throw e;
        }
    }

    /// Somebody with a fresh browser who visits that site.
    public Visitor visitor(URI site) {
        return new Visitor(
                browser.newContext(new Browser.NewContextOptions()
                        .setBaseURL(site.toString())
                        .setLocale("ja-JP")
                        .setTimezoneId("Asia/Tokyo")
                        .setViewportSize(1280, 860)),
                site);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
