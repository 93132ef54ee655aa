package org.koegura.console;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import org.koegura.console.page.StandingRow;
import org.koegura.console.page.Words;
import org.koegura.console.template.JtestandingGenerated;
import org.koegura.governance.Act;
import org.koegura.governance.Answer;
import org.koegura.governance.Door;
import org.koegura.governance.Refusal;
import org.koegura.governance.account.Session;
import org.koegura.governance.standing.StandingExemption;

/// The page of standing exemptions (N8). It works without scripts; a refusal stands above what was asked for.
final class StandingPage {

    static final String PATH = "/standing";

    private static final Pattern SMALL_NUMBER = Pattern.compile("[0-9]{1,3}");

    private final Door door;
    private final Gate gate;
    private final ZoneId zone;
    private final Clock clock;

    StandingPage(Door door, Gate gate, ZoneId zone, Clock clock) {
        this.door = door;
        this.gate = gate;
        this.zone = zone;
        this.clock = clock;
    }

    void addTo(RoutesConfig routes) {
        routes.get(PATH, context -> show(context, gate.session(context), ""));
        routes.post(PATH, this::propose);
        routes.post(PATH + "/{standing}/approval", this::approve);
        routes.post(PATH + "/{standing}/withdrawal", this::withdraw);
    }

    private void propose(Context context) {
        Session session = gate.session(context);
        int days = number(Pages.form(context, "days"));
        Instant until = clock.instant().plus(Duration.ofDays(days));
        done(
                context,
                session,
                door.proposeStanding(
                        session,
                        Pages.form(context, "number").strip(),
                        number(Pages.form(context, "ground")),
                        Pages.form(context, "text"),
                        until));
    }

    /// What is no number is none that any rule takes.
    private static int number(String text) {
        return SMALL_NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    }

    private void approve(Context context) {
        Session session = gate.session(context);
        done(context, session, door.approveStanding(session, StandingApi.id(context)));
    }

    private void withdraw(Context context) {
        Session session = gate.session(context);
        done(context, session, door.withdrawStanding(session, StandingApi.id(context)));
    }

    private void done(Context context, Session session, Answer<StandingExemption> answer) {
        switch (answer) {
            case Answer.Granted<StandingExemption> _ -> context.redirect(PATH, HttpStatus.SEE_OTHER);
            case Answer.Refused<StandingExemption>(Refusal why) -> {
                Problem problem = Problem.of(why, Gate.words(context));
                context.status(problem.status());
                show(context, session, problem.detail(Gate.words(context)));
            }
        }
    }

    private void show(Context context, Session session, String problem) {
        Words words = Gate.words(context);
        List<StandingExemption> all = Gate.granted(context, door.standing(session));
        boolean approves = door.offers(session, Act.APPROVE_STANDING);
        List<StandingRow> rows = all.stream()
                .map(each -> StandingRow.of(each, clock.instant(), approves, words, zone))
                .toList();
        Pages.html(
                context,
                out -> JtestandingGenerated.render(
                        out, null, Pages.frame(words, words.text("standing.title"), session), rows, problem));
    }
}
