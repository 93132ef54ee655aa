package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;

/// Every kind of call under every kind of line at every kind of time, as a table that people read:
/// `policy-matrix.tsv`. With `-Dkoegura.policy.write=true` it is written anew; then look at what changed.
class PolicyMatrixTest {

    private static final String TABLE = "policy-matrix.tsv";
    private static final List<String> LINES = List.of("201", "202", "211", "212", "251", "252", "291", "292", "777");
    private static final Map<String, Party> PARTIES = new LinkedHashMap<>();
    private static final Map<String, Instant> TIMES = new LinkedHashMap<>();

    static {
        PARTIES.put("known", new Party("tel:+81990555123", "+81990555123", null));
        PARTIES.put("unknown", Party.UNKNOWN);
        PARTIES.put("anonymous", Party.withheld(Anonymity.REFUSED));
        PARTIES.put("claims-251", Policies.user("251"));
        TIMES.put("usual", Instant.parse("2026-12-01T01:00:00Z")); // Tuesday 10:00 in Japan
        TIMES.put("scheduled", Instant.parse("2026-12-01T09:00:00Z")); // Tuesday 18:00
        TIMES.put("holiday", Instant.parse("2027-01-11T09:00:00Z")); // Monday 18:00
        TIMES.put("holiday-2028", Instant.parse("2028-01-01T09:00:00Z")); // the holidays' prompt is not valid any more
    }

    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        rows.add("direction\tline\tparty\ttime\tdecision");
        for (Direction direction : Direction.values()) {
            for (String line : LINES) {
                PARTIES.forEach((party, outside) -> TIMES.forEach((time, when) -> {
                    Party inside = Policies.user(line);
                    CallFacts facts = Policies.facts(
                            direction, inside, outside, direction == Direction.INBOUND ? inside : outside, when);
                    rows.add(String.join(
                            "\t", word(direction.name()), line, party, time, word(Policies.CITY.decide(facts))));
                }));
            }
        }
        return rows;
    }

    private static String word(NoticeDecision decision) {
        return switch (decision) {
            case NoticeDecision.Announce announce ->
                (announce.early() ? "announce-early " : "announce ")
                        + announce.prompt().id();
            case NoticeDecision.Oral _ -> "oral";
            case NoticeDecision.DoNotRecord(var why) -> word(why.name());
        };
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    void theTableHoldsAndEveryCellOfItIsDecided() throws IOException {
        if (Boolean.getBoolean("koegura.policy.write")) {
            Files.write(Path.of("src", "test", "resources", "org", "koegura", "announcement", TABLE), rows());
        }
        try (InputStream in = Objects.requireNonNull(PolicyMatrixTest.class.getResourceAsStream(TABLE), TABLE)) {
            assertThat(rows())
                    .isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList())
                    .hasSize(1 + 3 * 9 * 4 * 4);
        }
    }

    @Provide
    Arbitrary<CallFacts> facts() {
        return Policies.anyFacts();
    }

    @Provide
    Arbitrary<NoticePolicy> policies() {
        return Policies.anyPolicy();
    }

    /// N8: a schedule may announce or leave alone, and nothing else. Who is recorded was told, whatever is set.
    @Property(tries = 2000)
    void whateverIsSetACallIsAnnouncedOrLeftAlone(
            @ForAll("policies") NoticePolicy policy, @ForAll("facts") CallFacts facts) {
        NoticeDecision decision = policy.decide(facts);
        assertThat(decision).isEqualTo(policy.decide(facts));
        switch (decision) {
            case NoticeDecision.Announce announce ->
                assertThat(announce.prompt().sha256()).hasSize(64);
            case NoticeDecision.Oral _ -> assertThat(facts.direction()).isEqualTo(Direction.OUTBOUND);
            case NoticeDecision.DoNotRecord(var why) ->
                assertThat(why.intended()).as("%s", why).isTrue();
        }
        assertThat(policy.placed(facts)).isEqualTo(policy.placed(policy.placed(facts)));
    }
}
