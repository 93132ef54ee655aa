package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.LiveCalls.Objecting;
import org.koegura.governance.database.Database;

/// Objections of the other party (N12): who marks them, what policy makes of them, and that the journal
/// has it before.
class ObjectionAtTheDoorTest extends AtTheDoor {

    @Test
    void anObjectionIsJournalledBeforeItIsMarkedAndItsOutcomeAfter() throws IOException {
        calls.ring();

        assertThat(granted(door.object(operator(), FakeCalls.CALL, Channel.CONSOLE)))
                .isEqualTo(Stage.RECORDED);

        List<String> lines = journal().lines().toList();
        assertThat(lines.get(lines.size() - 2))
                .contains("\"actor\":\"operator\",\"act\":\"call.objection\",\"subject\":\"" + FakeCalls.CALL + "\"")
                .contains("{\"channel\":\"console\",\"policy\":\"continue\",\"stage\":\"ringing\"}");
        assertThat(lines.getLast())
                .contains("\"act\":\"call.objection.outcome\"")
                .contains("{\"result\":\"marked\",\"stage\":\"recorded\"}");
        assertThat(calls.objections).as("policy keeps on").containsExactly(false);
        assertThat(door.objectionStops()).isFalse();
    }

    @Test
    void wherePolicyStopsTheCallIsToldSoAndTheJournalToo() throws Exception {
        reopen(new CallRules(true, true));
        calls.ring();
        calls.objecting = new Objecting.Marked(Stage.NOT_RECORDED);

        assertThat(granted(door.object(operator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(Stage.NOT_RECORDED);

        assertThat(calls.objections).containsExactly(true);
        assertThat(journal()).contains("\"policy\":\"stop\"");
        assertThat(door.objectionStops()).isTrue();
    }

    @Test
    void theFirstOfSeveralIsKeptBesideTheRecording() {
        calls.ring();
        granted(door.object(operator(), FakeCalls.CALL, Channel.API));
        clock.advance(Duration.ofSeconds(9));
        granted(door.object(operator(), FakeCalls.CALL, Channel.API));

        assertThat(objectedAt()).startsWith("2026-11-24T01:02:03");
    }

    private String objectedAt() {
        try (var database = open(directory)) {
            return database.jdbi()
                    .withHandle(handle -> handle.createQuery("select marked_at from objection where call_id = :call")
                            .bind("call", FakeCalls.CALL.value())
                            .mapTo(String.class)
                            .one());
        }
    }

    private static Database open(Path directory) {
        try {
            return Database.open(directory.resolve("metadata").resolve("koegura.db"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whereNobodySpeaksNothingIsMarked() {
        assertThat(refusal(door.object(operator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
        calls.ring();
        calls.objecting = new Objecting.NotUp(Stage.RINGING);
        assertThat(refusal(door.object(operator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.NotUp(Stage.RINGING));
        calls.objecting = new Objecting.NoSuchCall();
        assertThat(refusal(door.object(operator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.NotFound());
        assertThat(refusal(door.object(administrator(), FakeCalls.CALL, Channel.API)))
                .isEqualTo(new Refusal.Forbidden(Act.OBJECT));
    }
}
