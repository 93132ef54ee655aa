package org.koegura.console;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.console.page.CallRow;
import org.koegura.console.page.Frame;
import org.koegura.console.page.Language;
import org.koegura.console.page.RecordingFacts;
import org.koegura.console.page.RecordingRow;
import org.koegura.console.page.Words;
import org.koegura.console.template.JtecallsGenerated;
import org.koegura.console.template.JteliveGenerated;
import org.koegura.console.template.JteproblemGenerated;
import org.koegura.console.template.JterecordingGenerated;
import org.koegura.console.template.JterecordingsGenerated;
import org.koegura.console.template.JtesigninGenerated;
import org.koegura.governance.Act;
import org.koegura.governance.Answer;
import org.koegura.governance.Door;
import org.koegura.governance.RecordingPage;
import org.koegura.governance.Refusal;
import org.koegura.governance.account.Post;
import org.koegura.governance.account.Session;

/// The pages: rendered here, escaped by the templates, kept fresh by a small script that listens to [LiveEvents].
final class Pages {

    private static final int RECORDINGS_A_PAGE = 25;
    private static final String HOME = "/calls";
    private static final Pattern OUR_PAGE = Pattern.compile("/calls|/standing|/recordings/[0-9a-f]{32}");

    private final Door door;
    private final Gate gate;
    private final LiveList live;
    private final ZoneId zone;
    private final Clock clock;

    Pages(Door door, Gate gate, LiveList live, ZoneId zone, Clock clock) {
        this.door = door;
        this.gate = gate;
        this.live = live;
        this.zone = zone;
        this.clock = clock;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/", context -> context.redirect(HOME, HttpStatus.SEE_OTHER));
        routes.get("/sign-in", context -> signInForm(context, null, "", query(context, "wanted")));
        routes.post("/sign-in", this::signIn);
        routes.post("/sign-out", this::signOut);
        routes.post("/language", this::chooseLanguage);
        routes.get(HOME, this::calls);
        routes.get("/calls/live", this::liveList);
        routes.get("/recordings/newest", this::recordingList);
        routes.get("/recordings/{recording}", this::recording);
    }

    /// A link to a recording leads through the sign-in to that recording, and never to another site.
    private static boolean isOurPage(String path) {
        return OUR_PAGE.matcher(path).matches();
    }

    private void signInForm(Context context, @Nullable Problem problem, String account, String wanted) {
        Words words = Gate.words(context);
        Frame frame = new Frame(words, words.text("sign-in"), null, "");
        String detail = problem == null ? "" : problem.detail(words);
        html(context, out -> JtesigninGenerated.render(out, null, frame, detail, account, wanted));
    }

    private void signIn(Context context) {
        Gate.mustBeOurs(context);
        String account = form(context, "account");
        String wanted = form(context, "wanted");
        switch (door.signIn(account, form(context, "password").toCharArray(), context.ip())) {
            case Answer.Granted<Door.SignedIn>(Door.SignedIn signedIn) -> {
                Gate.setSessionCookie(context, signedIn.token());
                context.redirect(isOurPage(wanted) ? wanted : HOME, HttpStatus.SEE_OTHER);
            }
            case Answer.Refused<Door.SignedIn>(Refusal why) -> {
                Problem problem = Gate.signInProblem(context, why);
                context.status(problem.status());
                signInForm(context, problem, account, wanted);
            }
        }
    }

    private void signOut(Context context) {
        Gate.granted(context, door.signOut(gate.session(context)));
        Gate.clearSessionCookie(context);
        context.redirect("/sign-in", HttpStatus.SEE_OTHER);
    }

    private void chooseLanguage(Context context) {
        Gate.mustBeOurs(context);
        Gate.setLanguageCookie(context, Language.ofTag(form(context, "language")));
        context.redirect(ownPath(context.header("Referer"), context.header("Host")), HttpStatus.SEE_OTHER);
    }

    /// Back to the page that asked, never to another site.
    private static String ownPath(@Nullable String referer, @Nullable String host) {
        String own = "://" + host + "/";
        int at = referer == null || host == null ? -1 : referer.indexOf(own);
        boolean ours = at == "http".length() || at == "https".length();
        return referer != null && ours
                ? "/" + referer.substring(at + own.length()).replaceFirst("^[/\\\\]+", "")
                : HOME;
    }

    private void calls(Context context) {
        Session session = gate.session(context);
        Words words = Gate.words(context);
        RecordingId before = Api.recordingIdOrNull(context.queryParam("before"));
        boolean newest = before == null;
        boolean showsCalls = door.offers(session, Act.WATCH_CALLS);
        boolean mayExempt = door.offers(session, Act.EXEMPT);
        boolean mayAttest = door.offers(session, Act.ATTEST);
        boolean mayReplay = door.offers(session, Act.REPLAY);
        boolean mayPause = door.offers(session, Act.PAUSE);
        boolean mayObject = door.offers(session, Act.OBJECT);
        boolean mayPreserve = door.offers(session, Act.PRESERVE);
        boolean showsRecordings = door.offers(session, Act.LIST_RECORDINGS);
        List<CallRow> calls = showsCalls && newest ? callRows(context, session, words) : List.of();
        RecordingPage page = showsRecordings ? page(context, session, before) : new RecordingPage(List.of(), null);
        Frame frame = frame(words, words.text("live.title"), session);
        html(
                context,
                out -> JtecallsGenerated.render(
                        out,
                        null,
                        frame,
                        calls,
                        now(),
                        rows(page, words),
                        next(page),
                        showsCalls,
                        showsRecordings,
                        mayExempt,
                        mayAttest,
                        mayReplay ? door.replayLanguages() : List.of(),
                        mayPause,
                        mayObject,
                        mayPreserve,
                        door.objectionStops(),
                        newest));
    }

    private void liveList(Context context) {
        Session session = gate.session(context);
        Words words = Gate.words(context);
        List<CallRow> calls = callRows(context, session, words);
        html(context, out -> JteliveGenerated.render(out, null, words, calls, now()));
    }

    private void recordingList(Context context) {
        Session session = gate.session(context);
        Words words = Gate.words(context);
        RecordingPage page = page(context, session, null);
        html(context, out -> JterecordingsGenerated.render(out, null, words, rows(page, words), next(page)));
    }

    private void recording(Context context) {
        Session session = gate.session(context);
        Words words = Gate.words(context);
        RecordingId id = Api.recordingId(context.pathParam("recording"));
        RecordingFacts facts = RecordingFacts.of(Gate.granted(context, door.recording(session, id)), words, zone);
        boolean exportable = door.offersExport(session, id);
        boolean mayPreserve = door.offers(session, Act.PRESERVE);
        Frame frame = frame(words, words.text("recording.title"), session);
        html(context, out -> JterecordingGenerated.render(out, null, frame, facts, exportable, mayPreserve));
    }

    /// A problem as a page; who is not signed in is led to where that is done.
    void problem(Context context, Problem problem) {
        Words words = Gate.words(context);
        if (problem.status() == 401 && context.header("X-Koegura") == null) {
            String path = context.path();
            boolean back = isOurPage(path) && !path.equals(HOME);
            context.redirect(back ? "/sign-in?wanted=" + path : "/sign-in", HttpStatus.SEE_OTHER);
            return;
        }
        context.status(problem.status());
        Frame frame = new Frame(words, problem.title(words), null, "");
        html(context, out -> JteproblemGenerated.render(out, null, frame, problem.detail(words)));
    }

    private List<CallRow> callRows(Context context, Session session, Words words) {
        return Gate.granted(context, live.rows(session, words));
    }

    /// By which a browser corrects its own clock.
    private String now() {
        return clock.instant().toString();
    }

    private RecordingPage page(Context context, Session session, @Nullable RecordingId before) {
        return Gate.granted(context, door.recordings(session, RECORDINGS_A_PAGE, before));
    }

    private List<RecordingRow> rows(RecordingPage page, Words words) {
        return page.calls().stream()
                .map(call -> RecordingRow.of(call, words, zone))
                .toList();
    }

    private static String next(RecordingPage page) {
        return page.next() == null ? "" : page.next().value();
    }

    static Frame frame(Words words, String title, Session session) {
        String posts = session.posts().stream()
                .map(post -> words.of("role", post.role()) + section(post, words))
                .collect(Collectors.joining("・"));
        return new Frame(words, title, session.account(), posts.isEmpty() ? words.text("role.none") : posts);
    }

    private static String section(Post post, Words words) {
        Post.Section section = post.section();
        if (section == null) {
            return "";
        }
        return switch (words.language()) {
            case JA -> "（" + section.nameJa() + "）";
            case EN -> " (" + section.nameEn() + ")";
        };
    }

    private static String query(Context context, String name) {
        String value = context.queryParam(name);
        return value == null ? "" : value;
    }

    static String form(Context context, String name) {
        String value = context.formParam(name);
        return value == null ? "" : value;
    }

    static void html(Context context, Consumer<HtmlTemplateOutput> template) {
        StringOutput out = new StringOutput();
        template.accept(new OwaspHtmlTemplateOutput(out));
        context.contentType("text/html; charset=utf-8")
                .header("Cache-Control", "no-store")
                .result(out.toString());
    }
}
