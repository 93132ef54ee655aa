package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.LiveCalls.Replaying;
import org.koegura.callmodel.replay.ReplayAnswer;

/// Notices that are played once more in mid-call (N13): who has them played, and that the journal has
/// it before.
class ReplayAtTheDoorTest extends AtTheDoor {

    @Test
    void aReplayIsJournalledBeforeTheCallHasItAndItsOutcomeAfter() throws IOException {
        calls.ring();

        assertThat(granted(door.replay(operator(), FakeCalls.CALL, "en", Channel.CONSOLE)))
                .isEqualTo("en");

        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2))
                .contains("\"actor\":\"operator\",\"act\":\"notice.replay\",\"subject\":\"" + FakeCalls.CALL + "\"")
                .contains("{\"channel\":\"console\",\"language\":\"en\",\"stage\":\"ringing\"}");
        assertThat(lines.getLast())
                .contains("\"act\":\"notice.replay.outcome\"")
                .contains("{\"language\":\"en\",\"result\":\"playing\"}");
        assertThat(calls.replays).containsExactly("en");
        assertThat(granted(door.replay(operator(), FakeCalls.CALL, null, Channel.API)))
                .isEqualTo("en");
        assertThat(calls.replays).containsExactly("en", "line");
    }

    @Test
    void whereItIsNotPlayedTheRefusalSaysWhy() {
        calls.ring();
        calls.replaying = new Replaying.NotDue(Stage.NOTICE);
        assertThat(refusal(door.replay(operator(), FakeCalls.CALL, null, Channel.API)))
                .isEqualTo(new Refusal.NotReplayable(Stage.NOTICE));
        calls.replaying = new Replaying.NotNow(ReplayAnswer.ON_HOLD);
        assertThat(refusal(door.replay(operator(), FakeCalls.CALL, null, Channel.API)))
                .isEqualTo(new Refusal.NotPlayed(ReplayAnswer.ON_HOLD));
        calls.replaying = new Replaying.NoPrompt();
        assertThat(refusal(door.replay(operator(), FakeCalls.CALL, "ja", Channel.API)))
                .isEqualTo(new Refusal.NotPlayed(ReplayAnswer.NO_FRAMES));
        calls.replaying = new Replaying.NoSuchCall();
        assertThat(refusal(door.replay(operator(), FakeCalls.CALL, null, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
    }

    @Test
    void anUnknownLanguageIsNoReplayAndWhoMayNotAttestHasNonePlayed() {
        calls.ring();
        assertThat(refusal(door.replay(operator(), FakeCalls.CALL, "xx", Channel.API)))
                .isEqualTo(new Refusal.Invalid(Refusal.Reason.LANGUAGE_UNKNOWN));
        assertThat(refusal(door.replay(administrator(), FakeCalls.CALL, null, Channel.API)))
                .isEqualTo(new Refusal.Forbidden(Act.REPLAY));
        assertThat(calls.replays).isEmpty();
    }
}
