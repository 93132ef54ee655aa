package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.StringLength;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;

class NoticePolicyTest {

    private static final Prompt PROMPT = new Prompt("notice-ja-1", "ja", "録音します。", "0".repeat(64));
    private static final CallId CALL = new CallId("77ab".repeat(8));

    @Property
    void everyCallWithAnOutsidePartyIsAnnouncedAndNoOtherOneIsRecorded(
            @ForAll Direction direction,
            @ForAll @NotBlank @StringLength(max = 1024) String inside,
            @ForAll @NotBlank @StringLength(max = 1024) String outside,
            @ForAll long seconds) {
        Instant at = Instant.ofEpochSecond(Math.floorMod(seconds, 10_000_000_000L));
        CallFacts facts = new CallFacts(CALL, "a@example.com", direction, new Party(inside), new Party(outside), at);
        NoticePolicy policy = new NoticePolicy(new PromptBook(PROMPT), LineBook.EMPTY);
        NoticeDecision expected = direction == Direction.INTERNAL
                ? new NoticeDecision.DoNotRecord(Unrecorded.INTERNAL)
                : new NoticeDecision.Announce(PROMPT);
        assertThat(policy.decide(facts)).isEqualTo(expected).isEqualTo(policy.decide(facts));
    }
}
