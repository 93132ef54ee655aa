package org.koegura.server.peer;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.LoadState;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Somebody at a browser, with cookies of their own. Remembers every request, and every fault that a page reports:
/// errors of scripts, refused loads, breaches of the security policy.
public final class Visitor implements Closeable {

    /// A breach that is only reported, not logged, must count as well.
    private static final String TELL_BREACHES = """
            document.addEventListener("securitypolicyviolation", (event) =>
              console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));""";

    private final BrowserContext context;
    private final URI site;
    private final List<String> requests = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    Visitor(BrowserContext context, URI site) {
        this.context = context;
        this.site = site;
        context.addInitScript(TELL_BREACHES);
        context.onRequest(request -> requests.add(request.url()));
        context.onConsoleMessage(this::heard);
        context.onWebError(error -> faults.add(error.error()));
    }

    private void heard(ConsoleMessage message) {
        if (message.type().equals("error") || message.type().equals("warning")) {
            faults.add(message.text());
        }
    }

    public BrowserContext context() {
        return context;
    }

    /// A new tab.
    public Page open(String path) {
        Page page = context.newPage();
        page.navigate(path);
        return page;
    }

    /// Signs in on the page that is shown.
    public static void signIn(Page page, String account, String password) {
        page.fill("#account", account);
        page.fill("#password", password);
        page.keyboard().press("Enter");
        page.waitForURL("**/calls");
        page.waitForLoadState(LoadState.LOAD);
    }

    /// Addresses that were asked for until now, oldest first.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// What pages complained of until now.
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /// Requests that left the site.
    public List<String> strayRequests() {
        return requests.stream().filter(url -> !url.startsWith(site.toString())).toList();
    }

    /// Texts on a page that have less contrast than WCAG 2.2 AA asks for (1.4.3), each with its ratio.
    @SuppressWarnings("unchecked") // the script returns an array of strings
    public static List<String> faintTexts(Page page) {
        return (List<String>) page.evaluate(script("contrast.js"));
    }

    /// By how many pixels a page is wider than a window of that width (WCAG 2.2, 1.4.10).
    public static int overflow(Page page, int width) {
        page.setViewportSize(width, 860);
        return (Integer)
                page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    public static void photograph(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(Path.of("target", "screenshots", name + ".png")));
    }

    private static String script(String name) {
        try (InputStream in = Objects.requireNonNull(Visitor.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
