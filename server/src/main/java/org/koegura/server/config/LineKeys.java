package org.koegura.server.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.LinePolicy;

/// The list of lines in the file: its fields, their words, and what they may be.
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
            "answer|never-record|bypass",
            "answer",
            "answer",
            false,
            "answer, never-record (a hotline) or bypass (fax, modem), not yet early",
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

    /// Whose telephones are whose, and what becomes of their calls.
    static final Rows LINES = new Rows(
            "lines",
            List.of(NUMBER, SECTION, SITE, NOTICE, WHEN_UNRECORDABLE),
            NUMBER,
            1_000,
            List.of(
                    "To which section and site each telephone of the city belongs, and what becomes of its calls. The",
                    "first entry that speaks of a telephone counts."));

    private static LinePolicy.@Nullable Notice notice(String text) {
        return switch (text) {
            case "answer" -> LinePolicy.Notice.ANSWER;
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

    private static @Nullable String name(String text) {
        boolean shown = text.codePoints().noneMatch(Character::isISOControl);
        return shown && !text.isBlank() && text.length() <= 64 ? text : null;
    }
}
