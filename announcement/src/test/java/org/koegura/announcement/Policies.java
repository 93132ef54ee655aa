package org.koegura.announcement;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.LinePolicy.FaxTones;
import org.koegura.announcement.LinePolicy.Notice;
import org.koegura.announcement.LinePolicy.Unrecordable;
import org.koegura.announcement.PromptBook.Chosen;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;

/// Policies and facts for tests: any, and one that uses all there is.
final class Policies {

    static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");

    /// Every kind of line, each without a schedule and with one.
    static final NoticePolicy CITY = new NoticePolicy(
            new PromptBook(
                    List.of(
                            chosen("city-2", LocalDate.of(2027, 4, 1), null),
                            chosen("city-1", null, LocalDate.of(2027, 3, 31)),
                            chosen("notice-ja-1", null, null)),
                    List.of(chosen("closed-1", null, LocalDate.of(2027, 1, 31))),
                    JAPAN),
            new LineBook(
                    List.of(
                            line("201", Notice.ANSWER, null),
                            line("202", Notice.ANSWER, "office"),
                            line("211", Notice.EARLY, null),
                            line("212", Notice.EARLY, "office"),
                            line("251", Notice.NEVER_RECORD, null),
                            line("252", Notice.NEVER_RECORD, "office"),
                            line("291", Notice.BYPASS, null),
                            line("292", Notice.BYPASS, "office")),
                    new Calendar(
                            JAPAN,
                            Holidays.parse("12-29..01-03, 2027-01-11"),
                            List.of(new Schedule(
                                    "office",
                                    List.of(
                                            new Schedule.Rule(
                                                    Schedule.Times.parse("holidays"),
                                                    Notice.ANSWER,
                                                    List.of("closed-1")),
                                            new Schedule.Rule(
                                                    Schedule.Times.parse("mon-fri 17:15-24:00, sat"),
                                                    Notice.NEVER_RECORD,
                                                    List.of())))))),
            true);

    private Policies() {}

    static Chosen chosen(String id, @Nullable LocalDate from, @Nullable LocalDate to) {
        return new Chosen(new Prompt(id, "ja", "録音します。", "0".repeat(64)), new Validity(from, to));
    }

    private static LinePolicy line(String number, Notice notice, @Nullable String schedule) {
        return new LinePolicy(
                number, new Line("税務課", "main-hall"), notice, Unrecordable.DEFAULT, FaxTones.DETECT, schedule);
    }

    static CallFacts facts(
            Direction direction, Party inside, Party outside, @Nullable Party dialled, Instant invitedAt) {
        return new CallFacts(
                new CallId("77ab".repeat(8)), "a@example.com", direction, inside, outside, invitedAt, dialled, null);
    }

    static Party user(String user) {
        return new Party("sip:" + user + "@example.com");
    }

    static Arbitrary<CallFacts> anyFacts() {
        Arbitrary<Direction> direction = Arbitraries.of(Direction.values());
        return Combinators.combine(direction, parties(), parties(), parties().injectNull(0.2), instants())
                .as(Policies::facts);
    }

    private static Arbitrary<Party> parties() {
        return Arbitraries.oneOf(
                Arbitraries.of("201", "202", "211", "212", "251", "252", "291", "292", "777", "anonymous")
                        .map(Policies::user),
                Arbitraries.of(Anonymity.values()).map(Party::withheld),
                Arbitraries.just(Party.UNKNOWN),
                Arbitraries.just(new Party("tel:+81990100119", "+81990100119", null)),
                Arbitraries.strings()
                        .ofMinLength(1)
                        .ofMaxLength(30)
                        .filter(text -> !text.isBlank())
                        .map(Party::new));
    }

    /// Any, and more of the years in which something changes.
    static Arbitrary<Instant> instants() {
        return Arbitraries.oneOf(
                Arbitraries.longs()
                        .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond())
                        .map(Instant::ofEpochSecond),
                Arbitraries.longs()
                        .between(
                                Instant.parse("2026-11-01T00:00:00Z").getEpochSecond(),
                                Instant.parse("2027-05-01T00:00:00Z").getEpochSecond())
                        .map(Instant::ofEpochSecond));
    }

    static Arbitrary<NoticePolicy> anyPolicy() {
        Arbitrary<List<Schedule>> schedules = schedules().list().ofMaxSize(3).map(Policies::numbered);
        Arbitrary<ZoneId> zones =
                Arbitraries.of("Asia/Tokyo", "Europe/Berlin", "UTC", "+09:00").map(ZoneId::of);
        return Combinators.combine(
                        zones,
                        schedules,
                        holidays(),
                        lines().list().ofMaxSize(5),
                        prompts(),
                        Arbitraries.of(true, false))
                .as((zone, named, holidays, lines, prompts, refuses) -> new NoticePolicy(
                        new PromptBook(prompts, List.of(chosen("closed-1", null, null)), zone),
                        new LineBook(
                                lines.stream()
                                        .map(line -> withSchedule(line, named))
                                        .toList(),
                                new Calendar(zone, holidays, named)),
                        refuses));
    }

    private static Arbitrary<List<Chosen>> prompts() {
        Arbitrary<String> texts = Arbitraries.of(
                        "録", "音", " ", "\"", "\\", "/", "\n", "\u0001", "\u2028", "<", "é", "😀")
                .list()
                .ofMaxSize(20)
                .map(letters -> String.join("", letters));
        Arbitrary<LocalDate> days = Arbitraries.integers()
                .between(0, 4000)
                .map(day -> LocalDate.of(2020, 1, 1).plusDays(day));
        return Combinators.combine(texts, days.injectNull(0.3))
                .as((text, to) -> List.of(
                        new Chosen(new Prompt("city-1", "en", text, "ab".repeat(32)), new Validity(null, to)),
                        chosen("notice-ja-1", null, null)));
    }

    private static Arbitrary<Holidays> holidays() {
        return Arbitraries.of("12-29..01-03", "2027-01-11", "02-29", "2026-12-29..2027-01-03", "01-11")
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(days -> Holidays.parse(String.join(",", days)))
                .injectNull(0.2)
                .map(holidays -> holidays == null ? Holidays.NONE : holidays);
    }

    private static Arbitrary<Schedule> schedules() {
        Arbitrary<Schedule.Rule> rules = Combinators.combine(
                        Arbitraries.of("daily", "holidays", "mon-fri 08:30-17:15", "sat, sun", "fri-mon 00:00-24:00"),
                        Arbitraries.of(Notice.values()),
                        Arbitraries.of("closed-1", "city-1", "notice-ja-1")
                                .list()
                                .ofMaxSize(2))
                .as((when, notice, prompts) -> new Schedule.Rule(Schedule.Times.parse(when), notice, prompts));
        return rules.list().ofMaxSize(4).map(all -> new Schedule("any", all));
    }

    private static List<Schedule> numbered(List<Schedule> schedules) {
        return IntStream.range(0, schedules.size())
                .mapToObj(i -> new Schedule("schedule-" + i, schedules.get(i).rules()))
                .toList();
    }

    private static Arbitrary<LinePolicy> lines() {
        return Combinators.combine(
                        Arbitraries.of("201", "2xx", "2*", "+81990*", "0990100119"),
                        Arbitraries.of("税務課", "tax \"A\\B\"", "a/b\u2028"),
                        Arbitraries.of(Notice.values()),
                        Arbitraries.of(Unrecordable.values()),
                        Arbitraries.of(FaxTones.values()),
                        Arbitraries.of(LinePolicy.Outbound.values()))
                .as((number, section, notice, unrecordable, faxTones, outbound) -> new LinePolicy(
                        number,
                        new Line(section, "hall"),
                        notice,
                        unrecordable,
                        faxTones,
                        null,
                        LinePolicy.Codes.NONE,
                        outbound));
    }

    private static LinePolicy withSchedule(LinePolicy line, List<Schedule> schedules) {
        int which = line.number().length() + line.notice().name().length();
        return schedules.isEmpty() || which % 4 == 0
                ? line
                : new LinePolicy(
                        line.number(),
                        line.line(),
                        line.notice(),
                        line.unrecordable(),
                        line.faxTones(),
                        schedules.get(which % schedules.size()).name(),
                        line.codes(),
                        line.outbound());
    }
}
