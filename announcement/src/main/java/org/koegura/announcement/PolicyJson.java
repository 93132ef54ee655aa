package org.koegura.announcement;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.LinePolicy.Codes;
import org.koegura.announcement.LinePolicy.FaxTones;
import org.koegura.announcement.LinePolicy.Notice;
import org.koegura.announcement.LinePolicy.Unrecordable;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Prompt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A policy as JSON: one text for each policy, of which its version is the hash (`docs/format/policy-v1.md`).
final class PolicyJson {

    /// A change of what a reader would make of it needs another.
    static final String FORMAT = "koegura-policy/1";

    private static final String ALL_CODES = "all";

    /// Member of a line whose staff tell whoever they call.
    private static final String OUTBOUND = "outboundNotice";

    private static final String ORAL = "oral";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PolicyJson() {}

    static String text(NoticePolicy policy) {
        PromptBook prompts = policy.prompts();
        Calendar calendar = policy.lines().calendar();
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT).put("zone", calendar.zone().getId());
        json.put("whenUnrecordable", policy.refusesUnrecordable() ? "refuse" : "pass");
        ArrayNode defined = json.putArray("prompts");
        Stream.concat(prompts.chosen().stream(), prompts.scheduled().stream())
                .distinct()
                .forEach(one -> defined.add(prompt(one)));
        ids(
                json.putArray("played"),
                prompts.chosen().stream().map(one -> one.prompt().id()).toList());
        json.put("holidays", calendar.holidays().text());
        ArrayNode schedules = json.putArray("schedules");
        calendar.schedules().forEach(schedule -> schedules.add(schedule(schedule)));
        ArrayNode lines = json.putArray("lines");
        policy.lines().lines().forEach(line -> lines.add(line(line)));
        return JSON.writeValueAsString(json);
    }

    private static ObjectNode prompt(PromptBook.Chosen chosen) {
        return JSON.createObjectNode()
                .put("id", chosen.prompt().id())
                .put("language", chosen.prompt().language())
                .put("text", chosen.prompt().text())
                .put("sha256", chosen.prompt().sha256())
                .put("from", text(chosen.validity().from()))
                .put("to", text(chosen.validity().to()));
    }

    private static ObjectNode schedule(Schedule schedule) {
        ObjectNode json = JSON.createObjectNode().put("name", schedule.name());
        ArrayNode rules = json.putArray("rules");
        for (Schedule.Rule rule : schedule.rules()) {
            ObjectNode one = rules.addObject().put("when", rule.when().text()).put("notice", word(rule.notice()));
            ids(one.putArray("prompts"), rule.prompts());
        }
        return json;
    }

    private static ObjectNode line(LinePolicy line) {
        ObjectNode json = JSON.createObjectNode()
                .put("number", line.number())
                .put("section", line.line().section())
                .put("site", line.line().site())
                .put("notice", word(line.notice()))
                .put("whenUnrecordable", word(line.unrecordable()))
                .put("faxTones", word(line.faxTones()))
                .put("schedule", line.schedule());
        switch (line.codes()) { // a text without either of them is as texts are that are older
            case NONE -> {}
            case ALL -> json.put("codes", ALL_CODES);
        }
        switch (line.outbound()) {
            case PROMPT -> {}
            case ORAL -> json.put(OUTBOUND, ORAL);
        }
        return json;
    }

    private static void ids(ArrayNode array, List<String> ids) {
        ids.forEach(array::add);
    }

    private static @Nullable String text(@Nullable LocalDate day) {
        return day == null ? null : day.toString();
    }

    private static String word(Notice notice) {
        return switch (notice) {
            case ANSWER -> "answer";
            case EARLY -> "early";
            case NEVER_RECORD -> "never-record";
            case BYPASS -> "bypass";
        };
    }

    private static String word(Unrecordable unrecordable) {
        return switch (unrecordable) {
            case DEFAULT -> "default";
            case PASS -> "pass";
            case REFUSE -> "refuse";
        };
    }

    private static String word(FaxTones faxTones) {
        return switch (faxTones) {
            case DETECT -> "detect";
            case IGNORE -> "ignore";
        };
    }

    /// Reads a policy; whether the text is its canonical one is for the caller to ask.
    static NoticePolicy read(byte[] form) throws PolicyForm.Unreadable {
        try {
            JsonNode json = JSON.readTree(form);
            String format = json.path("format").asString("");
            if (!format.equals(FORMAT)) {
                throw new PolicyForm.Unreadable("it is of no format that this version reads");
            }
            return policy(json);
        } catch (JacksonException | DateTimeException | IllegalArgumentException wrong) {
            throw new PolicyForm.Unreadable("it is no policy of the format " + FORMAT);
        }
    }

    private static NoticePolicy policy(JsonNode json) {
        ZoneId zone = ZoneId.of(json.required("zone").stringValue());
        Map<String, PromptBook.Chosen> unplayed = new LinkedHashMap<>();
        json.required("prompts").forEach(one -> unplayed.put(one.required("id").stringValue(), prompt(one)));
        Map<String, PromptBook.Chosen> defined = Map.copyOf(unplayed);
        List<PromptBook.Chosen> played = new ArrayList<>();
        for (String id : ids(json.required("played"))) {
            played.add(known(defined, id));
            unplayed.remove(id);
        }
        String holidays = json.required("holidays").stringValue();
        List<Schedule> schedules = new ArrayList<>();
        json.required("schedules").forEach(one -> schedules.add(schedule(one)));
        List<LinePolicy> lines = new ArrayList<>();
        json.required("lines").forEach(one -> lines.add(line(one)));
        Calendar calendar =
                new Calendar(zone, holidays.isEmpty() ? Holidays.NONE : Holidays.parse(holidays), schedules);
        return new NoticePolicy(
                new PromptBook(played, List.copyOf(unplayed.values()), zone),
                new LineBook(lines, calendar),
                switch (json.required("whenUnrecordable").stringValue()) {
                    case "pass" -> false;
                    case "refuse" -> true;
                    default -> throw new IllegalArgumentException("whenUnrecordable");
                });
    }

    private static PromptBook.Chosen known(Map<String, PromptBook.Chosen> defined, String id) {
        PromptBook.Chosen chosen = defined.get(id);
        if (chosen == null) {
            throw new IllegalArgumentException("played");
        }
        return chosen;
    }

    private static PromptBook.Chosen prompt(JsonNode json) {
        return new PromptBook.Chosen(
                new Prompt(
                        json.required("id").stringValue(),
                        json.required("language").stringValue(),
                        json.required("text").stringValue(),
                        json.required("sha256").stringValue()),
                new Validity(day(json.required("from")), day(json.required("to"))));
    }

    private static @Nullable LocalDate day(JsonNode json) {
        return json.isNull() ? null : LocalDate.parse(json.stringValue());
    }

    private static Schedule schedule(JsonNode json) {
        List<Schedule.Rule> rules = new ArrayList<>();
        json.required("rules")
                .forEach(rule -> rules.add(new Schedule.Rule(
                        Schedule.Times.parse(rule.required("when").stringValue()),
                        notice(rule.required("notice").stringValue()),
                        ids(rule.required("prompts")))));
        return new Schedule(json.required("name").stringValue(), rules);
    }

    private static LinePolicy line(JsonNode json) {
        JsonNode schedule = json.required("schedule");
        return new LinePolicy(
                json.required("number").stringValue(),
                new Line(
                        json.required("section").stringValue(),
                        json.required("site").stringValue()),
                notice(json.required("notice").stringValue()),
                unrecordable(json.required("whenUnrecordable").stringValue()),
                faxTones(json.required("faxTones").stringValue()),
                schedule.isNull() ? null : schedule.stringValue(),
                codes(json.path("codes")),
                json.path(OUTBOUND).asString("").equals(ORAL) ? LinePolicy.Outbound.ORAL : LinePolicy.Outbound.PROMPT);
    }

    private static Codes codes(JsonNode word) {
        if (word.isMissingNode()) {
            return Codes.NONE;
        }
        if (!word.stringValue().equals(ALL_CODES)) {
            throw new IllegalArgumentException("codes");
        }
        return Codes.ALL;
    }

    private static List<String> ids(JsonNode json) {
        List<String> ids = new ArrayList<>();
        json.forEach(id -> ids.add(id.stringValue()));
        return ids;
    }

    private static Notice notice(String word) {
        return switch (word) {
            case "answer" -> Notice.ANSWER;
            case "early" -> Notice.EARLY;
            case "never-record" -> Notice.NEVER_RECORD;
            case "bypass" -> Notice.BYPASS;
            default -> throw new IllegalArgumentException("notice");
        };
    }

    private static FaxTones faxTones(String word) {
        return switch (word) {
            case "detect" -> FaxTones.DETECT;
            case "ignore" -> FaxTones.IGNORE;
            default -> throw new IllegalArgumentException("faxTones");
        };
    }

    private static Unrecordable unrecordable(String word) {
        return switch (word) {
            case "default" -> Unrecordable.DEFAULT;
            case "pass" -> Unrecordable.PASS;
            case "refuse" -> Unrecordable.REFUSE;
            default -> throw new IllegalArgumentException("whenUnrecordable");
        };
    }
}
