package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.Party;

/// A policy has one text, and the text gives it back (`docs/format/policy-v1.md`).
class PolicyFormTest {

    @Provide
    Arbitrary<NoticePolicy> policies() {
        return Policies.anyPolicy();
    }

    @Provide
    Arbitrary<CallFacts> facts() {
        return Policies.anyFacts();
    }

    @Property(tries = 500)
    void whatIsReadIsWhatWasWritten(@ForAll("policies") NoticePolicy policy) throws PolicyForm.Unreadable {
        PolicyForm written = PolicyForm.of(policy);
        PolicyForm read = PolicyForm.read(written.bytes());
        assertThat(read.policy()).isEqualTo(policy);
        assertThat(read.version()).isEqualTo(written.version());
        assertThat(read.bytes()).isEqualTo(written.bytes());
    }

    @Property(tries = 500)
    void whatIsReadDecidesAsWhatWasWritten(@ForAll("policies") NoticePolicy policy, @ForAll("facts") CallFacts facts)
            throws PolicyForm.Unreadable {
        PolicyForm read = PolicyForm.read(PolicyForm.of(policy).bytes());
        assertThat(read.decide(facts)).isEqualTo(policy.decide(facts));
        assertThat(read.placed(facts)).isEqualTo(policy.placed(facts));
        assertThat(read.heedsFaxTones(facts)).isEqualTo(policy.heedsFaxTones(facts));
        assertThat(read.refusesUnrecordable(facts))
                .isEqualTo(policy.refusesUnrecordable(facts, policy.refusesUnrecordable()));
    }

    @Property(tries = 200)
    void oneVersionIsOnePolicy(@ForAll("policies") NoticePolicy one, @ForAll("policies") NoticePolicy other) {
        assertThat(PolicyForm.of(one).version().equals(PolicyForm.of(other).version()))
                .isEqualTo(one.equals(other));
    }

    private static byte[] golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(PolicyFormTest.class.getResourceAsStream("policy-v1.json"), "policy-v1.json")) {
            return in.readAllBytes();
        }
    }

    /// A reader of years to come finds what this one wrote: whoever changes a letter of it needs another format.
    @Test
    void theTextAndItsVersionStayAsTheyAre() throws IOException {
        PolicyForm form = PolicyForm.of(Policies.CITY);
        assertThat(new String(form.bytes(), StandardCharsets.UTF_8))
                .isEqualTo(new String(golden(), StandardCharsets.UTF_8));
        assertThat(form.version()).isEqualTo("4fabbc246469cd6124f84a48a47efe2fe8b5dce9dc0eb568cc081800296bcda0");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"format\":\"koegura-policy/1\"       | {\"format\":\"koegura-policy/2\"    | of no format",
                "{\"format\"                            | { \"format\"                        | not written as",
                "\"whenUnrecordable\":\"refuse\",\"p    | \"whenUnrecordable\":\"refuse\",\"more\":1,\"p | not written as",
                "\"whenUnrecordable\":\"refuse\",\"p    | \"p                                 | is no policy",
                "\"whenUnrecordable\":\"refuse\",\"p    | \"whenUnrecordable\":\"maybe\",\"p  | is no policy",
                "\"notice\":\"bypass\"                  | \"notice\":\"exempt\"               | is no policy",
                "\"number\":\"201\"                     | \"number\":\"two\"                  | is no policy",
                "\"when\":\"holidays\"                  | \"when\":\"always\"                 | is no policy",
                "\"holidays\":\"12-29..01-03            | \"holidays\":\"12-29..01-32         | is no policy",
                "\"played\":[\"city-2\"                 | \"played\":[\"city-3\"              | is no policy",
                "\"schedule\":\"office\"                | \"schedule\":\"offices\"            | is no policy",
                "\"zone\":\"Asia/Tokyo\"                | \"zone\":\"Asia/Edo\"               | is no policy",
                "\"prompts\":[\"closed-1\"]             | \"prompts\":[\"closed-2\"]          | is no policy",
                "\"text\":\"録                           | \"text\":\"\\u9332                    | not written as",
                "}                                      | ]                                   | is no policy",
            })
    void whatIsNoSuchTextIsRefused(String from, String to, String why) throws IOException {
        String text = new String(golden(), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        byte[] other = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> PolicyForm.read(other))
                .isInstanceOf(PolicyForm.Unreadable.class)
                .hasMessageContaining(why);
    }

    @Test
    void aLineWhoseTelephonesUseCodesSaysSoAndAllOthersAreWrittenAsBefore() throws Exception {
        LinePolicy usual = new LinePolicy("201", new Line("tax", "main-hall"), LinePolicy.Notice.ANSWER);
        LinePolicy entitled = new LinePolicy(
                "201",
                usual.line(),
                usual.notice(),
                usual.unrecordable(),
                usual.faxTones(),
                null,
                LinePolicy.Codes.ALL);
        String with = text(entitled);
        assertThat(with).contains("\"schedule\":null,\"codes\":\"all\"}");
        assertThat(text(usual)).isEqualTo(with.replace(",\"codes\":\"all\"", ""));
        PolicyForm read = PolicyForm.read(with.getBytes(StandardCharsets.UTF_8));
        assertThat(read.entitles(new Party("sip:201@example.com"))).isTrue();
        assertThat(read.entitles(new Party("sip:202@example.com"))).isFalse();
        assertThat(PolicyForm.read(text(usual).getBytes(StandardCharsets.UTF_8)).entitles(new Party("sip:201@x")))
                .isFalse();
        assertThatThrownBy(() ->
                        PolicyForm.read(with.replace("\"all\"", "\"none\"").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(PolicyForm.Unreadable.class);
    }

    private static String text(LinePolicy line) {
        LineBook lines = new LineBook(List.of(line), Policies.CITY.lines().calendar());
        PolicyForm form = PolicyForm.of(new NoticePolicy(Policies.CITY.prompts(), lines));
        return new String(form.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String text : new String[] {"", "{", "null", "[]", "\"\"", "{}", "\0"}) {
            assertThatThrownBy(() -> PolicyForm.read(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isInstanceOf(PolicyForm.Unreadable.class);
        }
    }
}
