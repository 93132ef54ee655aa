package org.koegura.console;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.console.page.CallRow;
import org.koegura.console.page.Words;
import org.koegura.console.template.JterowGenerated;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What one stream has told its browser, so that it tells only what is new. Of one thread.
final class SentRows {

    private final Words words;
    private @Nullable Map<String, String> sent;

    SentRows(Words words) {
        this.words = words;
    }

    Words words() {
        return words;
    }

    /// `calls`, the names of all calls in order, and `rows`, the HTML of those that are new or look otherwise;
    /// null where the browser has all of it. The first time, all is new.
    @Nullable
    ObjectNode changed(List<CallRow> rows) {
        Map<String, String> now = new LinkedHashMap<>();
        rows.forEach(row -> now.put(row.call(), html(row)));
        Map<String, String> before = sent;
        sent = now;
        if (before != null && before.equals(now) && List.copyOf(before.keySet()).equals(List.copyOf(now.keySet()))) {
            return null;
        }
        ObjectNode json = Json.object();
        ArrayNode calls = json.putArray("calls");
        ObjectNode fresh = json.putObject("rows");
        now.forEach((call, html) -> {
            calls.add(call);
            if (before == null || !html.equals(before.get(call))) {
                fresh.put(call, html);
            }
        });
        return json;
    }

    private String html(CallRow row) {
        StringOutput out = new StringOutput();
        JterowGenerated.render(new OwaspHtmlTemplateOutput(out), null, words, row);
        return out.toString();
    }
}
