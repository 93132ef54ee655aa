package org.koegura.announcement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.announcement.LinePolicy.Notice;
import org.koegura.announcement.LinePolicy.Unrecordable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Line;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;

/// Per line: whose telephone it is, and what becomes of its calls (N3, N10, N11).
class LineBookTest {

    private static final Line TAX = new Line("tax", "main-hall");
    private static final Line HOTLINE = new Line("consultation", "annex");
    private static final Prompt PROMPT = new Prompt("notice-ja-1", "ja", "録音します。", "0".repeat(64));
    private static final NoticePolicy POLICY = new NoticePolicy(
            new PromptBook(PROMPT),
            new LineBook(List.of(
                    new LinePolicy("0990100119", HOTLINE, Notice.NEVER_RECORD),
                    new LinePolicy("250", HOTLINE, Notice.NEVER_RECORD),
                    new LinePolicy("299", TAX, Notice.BYPASS),
                    new LinePolicy("2xx", TAX, Notice.ANSWER),
                    new LinePolicy("0990100*", TAX, Notice.ANSWER))));
    private static final NoticePolicy CLOSED = new NoticePolicy(
            new PromptBook(PROMPT),
            new LineBook(List.of(
                    new LinePolicy("201", TAX, Notice.ANSWER, Unrecordable.REFUSE),
                    new LinePolicy("202", TAX, Notice.ANSWER, Unrecordable.PASS),
                    new LinePolicy("2xx", TAX, Notice.ANSWER))));
    private static final Party CITIZEN = new Party("sip:0990555@example.com");

    private static CallFacts facts(Direction direction, Party inside, Party outside, @Nullable Party dialled) {
        return new CallFacts(
                new CallId("77ab".repeat(8)),
                "a@example.com",
                direction,
                inside,
                outside,
                Instant.EPOCH,
                dialled,
                null);
    }

    private static Party user(String user) {
        return new Party("sip:" + user + "@example.com");
    }

    @Test
    void staffTellWhomTheyCallFromALineThatSaysSoAndWhoeverCallsItIsToldAsItsNoticeSays() {
        NoticePolicy policy = new NoticePolicy(
                new PromptBook(PROMPT),
                new LineBook(List.of(oral("201", Notice.EARLY), oral("250", Notice.NEVER_RECORD))));

        assertThat(policy.decide(facts(Direction.OUTBOUND, user("201"), CITIZEN, CITIZEN)))
                .isEqualTo(new NoticeDecision.Oral());
        assertThat(policy.decide(facts(Direction.INBOUND, user("201"), CITIZEN, user("201"))))
                .isEqualTo(new NoticeDecision.Announce(PROMPT, true));
        assertThat(policy.decide(facts(Direction.OUTBOUND, user("202"), CITIZEN, CITIZEN)))
                .as("a line that nothing is said of")
                .isEqualTo(new NoticeDecision.Announce(PROMPT));
        assertThat(policy.decide(facts(Direction.OUTBOUND, user("250"), CITIZEN, CITIZEN)))
                .isEqualTo(new NoticeDecision.DoNotRecord(Unrecorded.NEVER_RECORD_LINE));
        assertThat(policy.decide(facts(Direction.INTERNAL, user("201"), user("202"), user("202"))))
                .isEqualTo(new NoticeDecision.DoNotRecord(Unrecorded.INTERNAL));
    }

    @Test
    void thatStaffTellIsPartOfThePolicyAndAPolicyWithoutItHasTheVersionThatItHad() throws Exception {
        PolicyForm oral = PolicyForm.of(
                new NoticePolicy(new PromptBook(PROMPT), new LineBook(List.of(oral("201", Notice.ANSWER)))));
        PolicyForm usual = PolicyForm.of(new NoticePolicy(
                new PromptBook(PROMPT), new LineBook(List.of(new LinePolicy("201", TAX, Notice.ANSWER)))));

        assertThat(new String(oral.bytes(), UTF_8)).contains("\"schedule\":null,\"outboundNotice\":\"oral\"}");
        assertThat(new String(usual.bytes(), UTF_8)).doesNotContain("outboundNotice");
        assertThat(PolicyForm.read(oral.bytes()).decide(facts(Direction.OUTBOUND, user("201"), CITIZEN, CITIZEN)))
                .isEqualTo(new NoticeDecision.Oral());
        byte[] other = new String(oral.bytes(), UTF_8).replace("oral", "mora").getBytes(UTF_8);
        assertThatThrownBy(() -> PolicyForm.read(other)).isInstanceOf(PolicyForm.Unreadable.class);
    }

    private static LinePolicy oral(String number, Notice notice) {
        return new LinePolicy(
                number,
                TAX,
                notice,
                Unrecordable.DEFAULT,
                LinePolicy.FaxTones.DETECT,
                null,
                LinePolicy.Codes.NONE,
                LinePolicy.Outbound.ORAL);
    }

    @Test
    void aLineSaysWhetherFaxMachinesAreListenedForAndElseTheyAre() {
        NoticePolicy policy = new NoticePolicy(
                CLOSED.prompts(),
                new LineBook(List.of(
                        new LinePolicy("201", TAX, Notice.ANSWER, Unrecordable.DEFAULT, LinePolicy.FaxTones.IGNORE),
                        new LinePolicy("2xx", TAX, Notice.ANSWER))));
        for (Direction direction : List.of(Direction.INBOUND, Direction.OUTBOUND)) {
            assertThat(policy.heedsFaxTones(facts(direction, user("201"), CITIZEN, null)))
                    .isFalse();
            assertThat(policy.heedsFaxTones(facts(direction, user("202"), CITIZEN, null)))
                    .isTrue();
            assertThat(policy.heedsFaxTones(facts(direction, user("301"), CITIZEN, null)))
                    .isTrue();
            assertThat(policy.heedsFaxTones(facts(direction, CITIZEN, user("201"), null)))
                    .as("the line of whoever is outside says nothing")
                    .isTrue();
        }
    }

    @Test
    void aLineSaysWhetherItsUnrecordableCallsAreRefusedAndElseTheStandardHolds() {
        for (boolean standard : List.of(false, true)) {
            for (Direction direction : List.of(Direction.INBOUND, Direction.OUTBOUND)) {
                assertThat(CLOSED.refusesUnrecordable(facts(direction, user("201"), CITIZEN, null), standard))
                        .isTrue();
                assertThat(CLOSED.refusesUnrecordable(facts(direction, user("202"), CITIZEN, null), standard))
                        .isFalse();
                assertThat(CLOSED.refusesUnrecordable(facts(direction, user("203"), CITIZEN, null), standard))
                        .isEqualTo(standard);
                assertThat(CLOSED.refusesUnrecordable(facts(direction, CITIZEN, user("201"), null), standard))
                        .as("the line of whoever is outside says nothing")
                        .isEqualTo(standard);
            }
            assertThat(CLOSED.refusesUnrecordable(
                            facts(Direction.INBOUND, user("203"), CITIZEN, user("201")), standard))
                    .as("the telephone that the Request-URI names")
                    .isTrue();
        }
    }

    private static NoticeDecision inbound(Party inside) {
        return POLICY.decide(facts(Direction.INBOUND, inside, CITIZEN, inside));
    }

    private static NoticeDecision not(Unrecorded why) {
        return new NoticeDecision.DoNotRecord(why);
    }

    @Test
    void aLineThatIsNeverRecordedIsLeftAloneHoweverItsNumberIsWritten() {
        assertThat(inbound(user("250"))).isEqualTo(not(Unrecorded.NEVER_RECORD_LINE));
        assertThat(inbound(user("0990-100-119"))).isEqualTo(not(Unrecorded.NEVER_RECORD_LINE));
        assertThat(inbound(new Party("tel:+81990100119", "+81990100119", null)))
                .isEqualTo(not(Unrecorded.NEVER_RECORD_LINE));
        assertThat(inbound(new Party("sip:1840990100119@example.com", "+81990100119", null)))
                .isEqualTo(not(Unrecorded.NEVER_RECORD_LINE));
    }

    @Test
    void aNumberThatIsBypassedIsLeftAlone() {
        assertThat(inbound(user("299"))).isEqualTo(not(Unrecorded.BYPASS_NUMBER));
        assertThat(POLICY.decide(facts(Direction.OUTBOUND, user("299"), CITIZEN, CITIZEN)))
                .isEqualTo(not(Unrecorded.BYPASS_NUMBER));
    }

    @Test
    void everyOtherLineIsAnnounced() {
        assertThat(inbound(user("201"))).isEqualTo(new NoticeDecision.Announce(PROMPT));
        assertThat(inbound(user("777"))).isEqualTo(new NoticeDecision.Announce(PROMPT));
    }

    /// N3: whoever is called outside hears nothing before he answers.
    @Test
    void aCallerOfALineThatSaysSoIsToldWhileItRingsAndNobodyElse() {
        NoticePolicy early = new NoticePolicy(
                new PromptBook(PROMPT), new LineBook(List.of(new LinePolicy("2xx", TAX, Notice.EARLY))));
        assertThat(early.decide(facts(Direction.INBOUND, user("201"), CITIZEN, user("201"))))
                .isEqualTo(new NoticeDecision.Announce(PROMPT, true));
        assertThat(early.decide(facts(Direction.INBOUND, user("0990100100"), CITIZEN, user("201"))))
                .as("the telephone that it was sent on to")
                .isEqualTo(new NoticeDecision.Announce(PROMPT, true));
        assertThat(early.decide(facts(Direction.INBOUND, user("301"), CITIZEN, user("301"))))
                .isEqualTo(new NoticeDecision.Announce(PROMPT));
        assertThat(early.decide(facts(Direction.OUTBOUND, user("201"), CITIZEN, CITIZEN)))
                .isEqualTo(new NoticeDecision.Announce(PROMPT));
    }

    @Test
    void aCallThatWasSentOnToAHotlineIsLeftAlone() {
        assertThat(POLICY.decide(facts(Direction.INBOUND, user("0990100100"), CITIZEN, user("250"))))
                .isEqualTo(not(Unrecorded.NEVER_RECORD_LINE));
    }

    @Test
    void aHotlineThatStaffCallIsLeftAlone() {
        Party hotline = new Party("tel:+81990100119", "+81990100119", null);
        assertThat(POLICY.decide(facts(Direction.OUTBOUND, user("201"), hotline, hotline)))
                .isEqualTo(not(Unrecorded.NEVER_RECORD_LINE));
        assertThat(POLICY.decide(facts(Direction.OUTBOUND, user("299"), hotline, hotline)))
                .as("the stricter of two")
                .isEqualTo(not(Unrecorded.NEVER_RECORD_LINE));
    }

    @Test
    void anOutsideCallerThatClaimsSuchANumberIsToldAllTheSame() {
        assertThat(POLICY.decide(facts(Direction.INBOUND, user("201"), user("299"), user("201"))))
                .isEqualTo(new NoticeDecision.Announce(PROMPT));
    }

    @Test
    void aTelephoneBelongsToTheFirstLineThatSpeaksOfIt() {
        assertThat(POLICY.placed(facts(Direction.INBOUND, user("250"), CITIZEN, null))
                        .line())
                .isEqualTo(HOTLINE);
        assertThat(POLICY.placed(facts(Direction.OUTBOUND, user("201"), CITIZEN, user("250")))
                        .line())
                .isEqualTo(TAX);
        assertThat(POLICY.placed(facts(Direction.INBOUND, user("0990100100"), CITIZEN, user("250")))
                        .line())
                .as("the telephone that it was sent on to")
                .isEqualTo(HOTLINE);
        assertThat(POLICY.placed(facts(Direction.INBOUND, user("777"), CITIZEN, null))
                        .line())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"2xx,201,true", "2xx,2011,false", "2*,2,true", "2*,29999,true", "+81990x,+819907,true", "201,20a,false"
    })
    void patterns(String pattern, String number, boolean matches) {
        assertThat(new LinePolicy(pattern, TAX, Notice.ANSWER).isOf(user(number)))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "abc", "2**", "2 01", "x+", "123456789012345678901234567890123"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> new LinePolicy(pattern, TAX, Notice.ANSWER))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void theDecisionIsTotalAndTheSameForTheSameFacts(
            @ForAll Direction direction,
            @ForAll("parties") Party inside,
            @ForAll("parties") Party outside,
            @ForAll("parties") Party dialled) {
        CallFacts facts = facts(direction, inside, outside, dialled);
        assertThat(POLICY.decide(facts)).isNotNull().isEqualTo(POLICY.decide(facts));
        assertThat(POLICY.placed(facts)).isEqualTo(POLICY.placed(POLICY.placed(facts)));
        if (direction == Direction.INTERNAL) {
            assertThat(POLICY.decide(facts)).isEqualTo(not(Unrecorded.INTERNAL));
        }
    }

    @Provide
    Arbitrary<Party> parties() {
        return Arbitraries.oneOf(
                Arbitraries.of("201", "250", "299", "0990100119", "0990100123", "+81990100119", "anonymous")
                        .map(LineBookTest::user),
                Arbitraries.strings()
                        .ofMinLength(1)
                        .ofMaxLength(30)
                        .filter(s -> !s.isBlank())
                        .map(Party::new));
    }
}
