package org.koegura.verifier;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.koegura.verifier.format.ByteRange;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// One JSON document, written while the verdicts come, so that a million recordings need no memory.
///
/// ```
/// {"tool":"koegura-verify/1",
///  "subjects":[{"path","result","findings":[{"check","title","result","text","range":{"file","from","to"}}]}],
///  "skipped":[…],"remarks":[…],"cutOff":0,"result":"verified|incomplete|failed"}
/// ```
final class JsonReport implements Report {

    private final PrintStream out;
    private final JsonGenerator json;
    private final List<String> skipped;
    private final List<String> remarks;

    JsonReport(PrintStream out) {
        this.out = out;
        this.json = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build()
                .createGenerator(ObjectWriteContext.empty(), out);
        this.skipped = new ArrayList<>();
        this.remarks = new ArrayList<>();
        json.writeStartObject();
        json.writeStringProperty("tool", "koegura-verify/1");
        json.writeArrayPropertyStart("subjects");
    }

    @Override
    public void skipped(String what) {
        skipped.add(what);
    }

    @Override
    public void remarked(String what) {
        remarks.add(what);
    }

    @Override
    public void told(Verdict verdict) {
        json.writeStartObject();
        json.writeStringProperty("path", verdict.subject().toString());
        json.writeStringProperty("result", word(verdict.result()));
        json.writeArrayPropertyStart("findings");
        verdict.findings().forEach(this::finding);
        json.writeEndArray();
        json.writeEndObject();
    }

    @Override
    public void ended(Verdict.Result result, int subjects, List<Verdict.Result> results, int cutOff) {
        json.writeEndArray();
        list("skipped", skipped);
        list("remarks", remarks);
        json.writeNumberProperty("cutOff", cutOff);
        json.writeStringProperty("result", word(result));
        json.writeEndObject();
        json.close();
        out.println();
    }

    private void list(String name, List<String> lines) {
        json.writeArrayPropertyStart(name);
        lines.forEach(json::writeString);
        json.writeEndArray();
    }

    private static String word(Verdict.Result result) {
        return result.name().toLowerCase(Locale.ROOT);
    }

    private void finding(Finding finding) {
        json.writeStartObject();
        json.writeStringProperty("check", finding.check().label());
        json.writeStringProperty("title", finding.check().title());
        String word = switch (finding) {
            case Finding.Passed _ -> "ok";
            case Finding.Failed _ -> "failed";
            case Finding.NotChecked _ -> "not-checked";
            case Finding.Remarked _ -> "remark";
            case Finding.CutOff _ -> "cut-off";
        };
        json.writeStringProperty("result", word);
        json.writeStringProperty("text", finding.text());
        if (finding instanceof Finding.Failed failed && failed.range() != null) {
            ByteRange range = failed.range();
            json.writeObjectPropertyStart("range");
            json.writeStringProperty("file", range.file());
            json.writeNumberProperty("from", range.from());
            json.writeNumberProperty("to", range.to());
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
