package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.code.Feature;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.callmodel.port.LiveCalls.Replaying;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.sipproxy.pressed.PressedActs;

/// The notice once more in the middle of a call (N13): where it is due, who hears of it, and that it
/// changes nothing.
final class ReplayInCallTest extends CallsInMemory {

    private static final Prompt ENGLISH = new Prompt("notice-en-1", "en", "text", "cd".repeat(32));
    private static final FeatureCodes CODES = new FeatureCodes(
            "*5", Map.of(Feature.REPLAY, "51", Feature.REPLAY_ENGLISH, "54", Feature.REPLAY_EASY, "53"));

    ReplayInCallTest() {
        super(new Desk(Calling.ANNOUNCE), new PressedActs.Settings(CODES, null, true, true, Duration.ZERO));
    }

    private record Desk(NoticeDecision plan) implements NoticeDesk {
        @Override
        public NoticeDecision decide(CallFacts facts) {
            return plan;
        }

        @Override
        public boolean entitles(Party telephone) {
            return true;
        }

        @Override
        public List<Prompt> replays(CallFacts facts, Instant when) {
            return List.of(Calling.PROOF.prompt(), ENGLISH);
        }

        @Override
        public List<String> replayLanguages() {
            return List.of("ja", "en");
        }
    }

    private void recorded() {
        answer(ringing(Calling.FACTS, null));
        awaitStage(Stage.NOTICE);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
    }

    private Replaying replay(@Nullable String language) {
        return calls.replay(Calling.FACTS.call(), language);
    }

    private void press(String keys) {
        int before = media().done().size();
        media().events().codePressed(keys);
        await().until(() -> media().done().stream().skip(before).anyMatch(act -> act.startsWith("confirm")));
    }

    private double pressed(String feature, String outcome) {
        return count("koegura.telephone.pressed", "feature", feature, "outcome", outcome);
    }

    private double counted(String language, String outcome) {
        return count("koegura.notice.replays", "language", language, "outcome", outcome);
    }

    private JournalEntry last() {
        return journal.entries().getLast();
    }

    @Test
    void inARecordedCallItPlaysInTheLanguageThatIsAskedForAndTheCallStandsAsBefore() {
        recorded();
        var before = calls.find(Calling.FACTS.call());
        assertThat(calls.replayLanguages()).containsExactly("ja", "en");
        assertThat(replay(null)).isEqualTo(new Replaying.Playing("ja"));
        assertThat(media().done())
                .endsWith("replayNotice " + Calling.PROOF.prompt().id());
        assertThat(replay("en")).isEqualTo(new Replaying.Playing("en"));
        assertThat(media().done()).endsWith("replayNotice notice-en-1");
        assertThat(replay("ja-simple")).isEqualTo(new Replaying.NoPrompt());
        assertThat(calls.find(Calling.FACTS.call())).isEqualTo(before);
        assertThat(calls.replay(new CallId("0f".repeat(16)), null)).isEqualTo(new Replaying.NoSuchCall());
    }

    @Test
    void whatWasPlayedIsJournalledByTheCallAndCounted() {
        recorded();
        boolean _ = replay("en") instanceof Replaying.Playing;
        NoticeProof sent = new NoticeProof(
                ENGLISH,
                new AudioFormat(0, "PCMU", 8000, 20),
                7,
                65_535,
                9,
                11,
                Calling.NOW,
                Calling.NOW.plusMillis(200),
                1,
                List.of());
        media().events().replayOver(new Replayed(ENGLISH, sent, ReplayEnd.KEYS));
        await().until(() -> last().act().equals("notice.replayed"));
        assertThat(last().actor()).isEqualTo("system");
        assertThat(last().subject()).isEqualTo(Calling.FACTS.call().value());
        assertThat(last().details())
                .containsEntry("prompt", "notice-en-1")
                .containsEntry("language", "en")
                .containsEntry("end", "keys")
                .containsEntry("packets", "11")
                .containsEntry("first-sequence", "65535")
                .containsEntry("last-sequence", "9")
                .containsEntry("ssrc", "7")
                .containsEntry("from", Calling.NOW.toString());
        assertThat(counted("en", "keys")).isEqualTo(1);

        media().events().replayOver(new Replayed(ENGLISH, null, ReplayEnd.ON_HOLD));
        await().until(() -> counted("en", "on_hold") == 1);
        assertThat(last().details()).containsEntry("packets", "0").doesNotContainKey("from");
        assertThat(calls.find(Calling.FACTS.call()).orElseThrow().stage()).isEqualTo(Stage.RECORDED);
    }

    @ParameterizedTest
    @EnumSource(names = "PLAYS", mode = EnumSource.Mode.EXCLUDE)
    void whatTheMediaCannotPlayIsSaidAndCounted(ReplayAnswer answer) {
        recorded();
        media().answersReplay(answer);
        assertThat(replay(null)).isEqualTo(new Replaying.NotNow(answer));
        assertThat(counted("ja", "refused_" + answer.name().toLowerCase(Locale.ROOT)))
                .isEqualTo(1);
        assertThat(journal.acts()).doesNotContain("notice.replayed");
    }

    @Test
    void mediaThatDoNotAnswerAreNotWaitedForLong() {
        recorded();
        media().answersReplay(null);
        assertThat(replay(null)).isEqualTo(new Replaying.NoSuchCall());
        media().answersReplay(ReplayAnswer.PLAYS);
        assertThat(replay(null)).as("and the next one plays").isInstanceOf(Replaying.Playing.class);
    }

    @Test
    void aPauseThatLastsIsNotTouched() {
        recorded();
        assertThat(calls.pause(Calling.FACTS.call())).isInstanceOf(Pausing.Paused.class);
        var paused = calls.find(Calling.FACTS.call());
        assertThat(replay(null)).isInstanceOf(Replaying.Playing.class);
        assertThat(calls.find(Calling.FACTS.call())).isEqualTo(paused);
        assertThat(media().done()).doesNotContain("resumeCapture");
    }

    @Test
    void beforeTheAnswerAndInTheNoticeItIsNotDue() {
        CallRunner call = ringing(Calling.FACTS, null);
        awaitStage(Stage.RINGING);
        assertThat(replay(null)).isEqualTo(new Replaying.NotDue(Stage.RINGING));
        answer(call);
        awaitStage(Stage.NOTICE);
        assertThat(replay(null)).isEqualTo(new Replaying.NotDue(Stage.NOTICE));
        assertThat(media().done()).noneMatch(act -> act.startsWith("replay"));
    }

    @Test
    void aNewPartyIsToldByHisOwnNotice() {
        answerAndHandOn();
        assertThat(replay(null)).isEqualTo(new Replaying.NotDue(Stage.NOTICE));
    }

    private void answerAndHandOn() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        awaitStage(Stage.NOTICE);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        call.newParty();
        awaitStage(Stage.NOTICE);
    }

    /// Of an exemption the other party is to hear nothing.
    @Test
    void onAnExemptionItIsNotDue() {
        answer(ringing(Calling.FACTS, null));
        awaitStage(Stage.NOTICE);
        calls.exempt(
                Calling.FACTS.call(),
                new Exemption(Ground.DANGER, null, "operator", Calling.NOW, Exemption.Channel.API));
        assertThat(replay(null)).isEqualTo(new Replaying.NotDue(Stage.RECORDED_WITHOUT_NOTICE));
    }

    /// The words would not be true.
    @Test
    void whereNothingIsKeptItIsNotDue() {
        answer(ringing(Calling.FACTS, null));
        awaitStage(Stage.NOTICE);
        media().events().noticeFailed(NoticeFailure.LOSS);
        awaitStage(Stage.NOT_RECORDED);
        assertThat(replay(null)).isEqualTo(new Replaying.NotDue(Stage.NOT_RECORDED));
    }

    @Test
    void afterAnObjectionThatEndsItItIsNotDue() {
        recorded();
        calls.object(Calling.FACTS.call(), true);
        assertThat(replay(null)).isEqualTo(new Replaying.NotDue(Stage.NOT_RECORDED));
    }

    @Test
    void whereTheStoreFailedItIsNotDue() {
        recorded();
        media().events().captureBroken();
        awaitStage(Stage.NOT_RECORDED);
        assertThat(replay(null)).isEqualTo(new Replaying.NotDue(Stage.NOT_RECORDED));
    }

    @Test
    void whereStaffToldTheOtherPartyItIsDueOnceTheyAttestedIt() {
        CallsInMemory oral = new CallsInMemory(
                new Desk(new NoticeDecision.Oral()),
                new PressedActs.Settings(CODES, null, true, true, Duration.ZERO)) {};
        oral.answer(oral.ringing(Calling.FACTS, null));
        oral.awaitStage(Stage.ORAL_NOTICE);
        assertThat(oral.calls.replay(Calling.FACTS.call(), null)).isEqualTo(new Replaying.NotDue(Stage.ORAL_NOTICE));
        oral.calls.attest(
                Calling.FACTS.call(),
                new CaptureBasis.Attestation("operator", Calling.NOW.plusSeconds(1), Exemption.Channel.API));
        oral.awaitStage(Stage.RECORDED);
        assertThat(oral.calls.replay(Calling.FACTS.call(), "en")).isEqualTo(new Replaying.Playing("en"));
    }

    @Test
    void aCodeAsksForItInTheLanguageOfTheLineOrItsOwn() {
        recorded();
        press("*551");
        assertThat(media().done())
                .endsWith("replayNotice " + Calling.PROOF.prompt().id(), "confirmDone");
        assertThat(last().act()).isEqualTo("notice.replay");
        assertThat(last().actor()).startsWith("extension:");
        assertThat(last().details()).containsEntry("language", "line").containsEntry("channel", "telephone");
        press("*554");
        assertThat(media().done()).endsWith("replayNotice notice-en-1", "confirmDone");
        assertThat(last().details()).containsEntry("language", "en");
        assertThat(pressed("replay", "done")).isEqualTo(1);
        assertThat(pressed("replay-en", "done")).isEqualTo(1);
    }

    @Test
    void aCodeThatCannotBeObeyedIsRefusedByATone() {
        recorded();
        press("*553");
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(pressed("replay-ja-simple", "no_prompt")).isEqualTo(1);
        assertThat(last().act()).isEqualTo("code.refused");
        assertThat(last().details()).containsEntry("why", "no_prompt").containsEntry("feature", "replay-ja-simple");
        media().answersReplay(ReplayAnswer.NO_FRAMES);
        press("*551");
        assertThat(pressed("replay", "no_prompt")).isEqualTo(1);
        media().answersReplay(ReplayAnswer.ON_HOLD);
        press("*551");
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(pressed("replay", "not_now")).isEqualTo(1);
        media().answersReplay(ReplayAnswer.PLAYS);
        journal.fail();
        press("*551");
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(pressed("replay", "unavailable")).isEqualTo(1);
    }
}
