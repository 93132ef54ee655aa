package org.koegura.server.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.LinePolicy;
import org.koegura.announcement.Schedule;

/// The lists of lines and of schedules in the file: their fields, their words, and what they may be.
final class LineKeys {

    private LineKeys() {}

    static final Key<String> NUMBER = new Key<>(
            "lines.number",
            "",
            "NUMBER or PATTERN",
            null,
            "0990100xxx",
            true,
            "digits, x for any digit, a final * for any rest",
            "Number or extension.",
            text -> LinePolicy.isPattern(text) ? text : null);

    static final Key<String> SECTION = new Key<>(
            "lines.section",
            "",
            "NAME",
            null,
            "tax",
            false,
            "1 to 64 characters",
            "To which section it belongs.",
            LineKeys::name);

    static final Key<String> SITE = new Key<>(
            "lines.site",
            "",
            "NAME",
            null,
            "main-hall",
            false,
            "1 to 64 characters",
            "Where it stands.",
            LineKeys::name);

    static final Key<LinePolicy.Notice> NOTICE = new Key<>(
            "lines.notice",
            "",
            "answer|early|never-record|bypass",
            "answer",
            "answer",
            false,
            "answer, early (who calls is told while it rings), never-record (a hotline) or bypass (fax, modem)",
            "What becomes of its calls; left out: announced when answered, then recorded.",
            LineKeys::notice);

    static final Key<LinePolicy.Unrecordable> WHEN_UNRECORDABLE = new Key<>(
            "lines.when-unrecordable",
            "",
            "pass|refuse|default",
            "default",
            "pass",
            false,
            "pass, refuse or default (what calls.when-unrecordable says)",
            "What becomes of a call that should be recorded and cannot be; left out: default.",
            LineKeys::unrecordable);

    static final Key<LinePolicy.FaxTones> FAX_TONES = new Key<>(
            "lines.fax-tones",
            "",
            "detect|ignore",
            "detect",
            "detect",
            false,
            "detect or ignore (a caller who plays them would end the recording)",
            "What the tones of a fax machine or modem do, heard in a call: end notice and recording; left out: detect.",
            LineKeys::faxTones);

    static final Key<LinePolicy.Codes> CODES = new Key<>(
            "lines.codes",
            "",
            "none|all",
            "none",
            "none",
            false,
            "none or all (those of telephone.codes; the telephones of appointed operators)",
            "Whether codes may be dialled and pressed there; left out: none.",
            text -> switch (text) {
                case "none" -> LinePolicy.Codes.NONE;
                case "all" -> LinePolicy.Codes.ALL;
                default -> null;
            });

    static final Key<LinePolicy.Outbound> OUTBOUND_NOTICE = new Key<>(
            "lines.outbound-notice",
            "",
            "prompt|oral",
            "prompt",
            "prompt",
            false,
            "prompt or oral (staff tell the other party and attest it; recording starts then)",
            "Who tells whoever is called from there, where notice is answer or early; left out: the prompt.",
            LineKeys::outbound);

    /// What no schedule is called, and no day.
    static final String NONE = "none";

    static final Key<String> SCHEDULE = new Key<>(
            "lines.schedule",
            "",
            "NAME",
            NONE,
            "office",
            false,
            "the name of one of schedules, or none",
            "By which schedule that changes; left out: by none.",
            Readers::promptName);

    static final Key<String> SCHEDULE_NAME = new Key<>(
            "schedules.name",
            "",
            "NAME",
            null,
            "office",
            false,
            "1 to 64 lower-case letters, digits and hyphens, not none",
            "By which lines call it; entries of one name are its rules, in their order.",
            text -> text.equals(NONE) ? null : Readers.promptName(text));

    static final Key<Schedule.Times> SCHEDULE_WHEN = new Key<>(
            "schedules.when",
            "",
            "TIME[, …]",
            null,
            "mon-fri 00:00-08:30, mon-fri 17:15-24:00, sat, sun, holidays",
            false,
            "mon to sun, mon-fri, daily or holidays, each with a time of that day or without; past midnight is two",
            "When it holds, by the clock of Japan. On a day of calendar.holidays no day of the week holds.",
            Readers.orNull(Schedule.Times::parse));

    static final Key<LinePolicy.Notice> SCHEDULE_NOTICE = new Key<>(
            "schedules.notice",
            "",
            NOTICE.label(),
            null,
            "answer",
            false,
            "answer, early, never-record or bypass; nothing is ever recorded without notice by a schedule",
            "What becomes of calls then.",
            LineKeys::notice);

    private static final String USUAL = "default";

    static final Key<List<String>> SCHEDULE_PROMPTS = new Key<>(
            "schedules.prompts",
            "",
            "NAME[,…]",
            USUAL,
            "notice-en-1,notice-ja-1",
            false,
            "one to eight names with commas between, or default (what calls.prompt says)",
            "The notice that is played then: the first of these that is valid on the day; left out: default.",
            text -> text.equals(USUAL) ? List.of() : Readers.list(text, Readers::promptName));

    /// What becomes of calls at which times.
    static final Rows SCHEDULES = new Rows(
            "schedules",
            List.of(SCHEDULE_NAME, SCHEDULE_WHEN, SCHEDULE_NOTICE, SCHEDULE_PROMPTS),
            null,
            200,
            List.of(
                    "What becomes of the calls of lines at other times than usual. The first rule of a schedule that",
                    "holds when a call comes counts; where none does, what the line itself says."));

    /// Whose telephones are whose, and what becomes of their calls.
    static final Rows LINES = new Rows(
            "lines",
            List.of(NUMBER, SECTION, SITE, NOTICE, WHEN_UNRECORDABLE, FAX_TONES, OUTBOUND_NOTICE, SCHEDULE, CODES),
            NUMBER,
            1_000,
            List.of(
                    "To which section and site each telephone of the city belongs, and what becomes of its calls. The",
                    "first entry that speaks of a telephone counts."));

    /// In the order of the example.
    static final List<Rows> ALL = List.of(SCHEDULES, LINES);

    private static LinePolicy.@Nullable Notice notice(String text) {
        return switch (text) {
            case "answer" -> LinePolicy.Notice.ANSWER;
            case "early" -> LinePolicy.Notice.EARLY;
            case "never-record" -> LinePolicy.Notice.NEVER_RECORD;
            case "bypass" -> LinePolicy.Notice.BYPASS;
            default -> null;
        };
    }

    private static LinePolicy.@Nullable Unrecordable unrecordable(String text) {
        return switch (text) {
            case "pass" -> LinePolicy.Unrecordable.PASS;
            case "refuse" -> LinePolicy.Unrecordable.REFUSE;
            case "default" -> LinePolicy.Unrecordable.DEFAULT;
            default -> null;
        };
    }

    private static LinePolicy.@Nullable FaxTones faxTones(String text) {
        return switch (text) {
            case "detect" -> LinePolicy.FaxTones.DETECT;
            case "ignore" -> LinePolicy.FaxTones.IGNORE;
            default -> null;
        };
    }

    private static LinePolicy.@Nullable Outbound outbound(String text) {
        return switch (text) {
            case "prompt" -> LinePolicy.Outbound.PROMPT;
            case "oral" -> LinePolicy.Outbound.ORAL;
            default -> null;
        };
    }

    private static @Nullable String name(String text) {
        boolean shown = text.codePoints().noneMatch(Character::isISOControl);
        return shown && !text.isBlank() && text.length() <= 64 ? text : null;
    }
}
