package org.koegura.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/// Past calls are decided anew by the policy that decided them; whoever changed policy, journal or ledger is found out.
class ReplayTest extends ReplayedCalls {

    @Test
    void everyCallComesOutAsThen() {
        Said said = replay();
        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .containsExactly("2 policies adopted; 162 calls decided as then, 0 otherwise; 2 left by what was"
                        + " signalled; 0 without a policy in the ledger");
        assertThat(said.exitCode()).isZero();
    }

    /// Otherwise the test above would show nothing of schedules.
    @Test
    void thePoliciesDisagree() throws SQLException {
        sql("update call set policy = '" + first + "' where policy = '" + second + "'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out().getLast()).contains(" otherwise;").doesNotContain(" 0 otherwise");
        assertThat(said.out().getFirst())
                .matches("call 0{28}[0-9]{4}: the ledger says '.+', policy " + first + " says '.+'");
    }

    @Test
    void aDecisionThatWasChangedIsTold() throws SQLException {
        sql("update call set decided = '{\"decision\":\"leave\",\"why\":\"NEVER_RECORD_LINE\"}' where " + anyCall());
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).hasSize(2);
        assertThat(said.out().getFirst())
                .matches("call 0{31}1: the ledger says 'do not record: never-record-line', policy " + first
                        + " says 'announce notice-ja-1 \\(sha256 [0-9a-f]{8}\\)'");
    }

    @Test
    void anExemptionThatWasFlaggedLongBeforeTheCallIsTold() throws SQLException {
        sql("update call set decided = replace(decided, '\"at\":\"20', '\"at\":\"19') where " + anyCall());
        theExemptionIsTold();
    }

    @Test
    void anExemptionBeforeTheCallOfATelephoneThatMayUseNoCodesIsTold() throws SQLException {
        sql("update call set inside = 'sip:202@example.com', dialled = 'sip:202@example.com' where " + anyCall());
        theExemptionIsTold();
    }

    @Test
    void aNumberThatWasChangedIsTold() throws SQLException {
        sql("update call set inside = 'sip:250@example.com', dialled = 'sip:250@example.com' where " + anyCall());
        assertThat(replay().exitCode()).isEqualTo(1);
    }

    @Test
    void aTimeThatWasChangedIsToldWhereATimeDecides() throws SQLException {
        sql("update call set invited_at = '2026-12-01T12:00:00.000000000Z' where policy = '" + second
                + "' and invited_at like '2026-12-01T01%' and inside like 'sip:201@%' and direction = 'INBOUND'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).hasSize(3 + 1);
    }

    @Test
    void aRowThatNoRecorderWroteIsTold() throws SQLException {
        sql("update call set decided = '{\"decision\":\"exempt\"}' where " + anyCall());
        sql("update call set direction = 'SIDEWAYS' where call_id = '" + "0".repeat(31) + "2'");
        sql("update call set policy = null where call_id = '" + "0".repeat(31) + "3'");
        sql("update call set policy = null where call_id = '" + "0".repeat(31) + "4'");
        sql("update call set policy = null, decided = '{\"decision\":\"leave\",\"why\":\"BYPASS_NUMBER\"}'"
                + " where call_id = '" + "0".repeat(31) + "5'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out().subList(0, 4))
                .containsExactly(
                        "call " + "0".repeat(31) + "1: its row holds what no recorder wrote",
                        "call " + "0".repeat(31) + "2: its row holds what no recorder wrote",
                        "call " + "0".repeat(31) + "4: no policy announced it",
                        "call " + "0".repeat(31) + "5: nothing that is signalled is bypass-number");
    }

    @Test
    void aRowThatNoRecorderWroteIsToldInOneLineWhateverItHolds() throws SQLException {
        String announce = "{\"decision\":\"announce\",\"prompt\":\"%s\",\"sha256\":\"%s\",\"early\":false,"
                + "\"refuses\":false}";
        sql("update call set decided = '" + announce.formatted("notice-ja-1", "ab") + "' where " + anyCall());
        sql("update call set decided = '" + announce.formatted("notice\\nja", "ab".repeat(32)) + "' where call_id = '"
                + "0".repeat(31) + "2'");
        sql("update call set call_id = 'a' || char(10) || 'b' where call_id = '" + "0".repeat(31) + "3'");
        sql("update call set call_id = null where call_id = '" + "0".repeat(31) + "4'");
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).isEmpty();
        assertThat(said.out().subList(0, said.out().size() - 1))
                .containsExactlyInAnyOrder(
                        "call " + "0".repeat(31) + "1: its row holds what no recorder wrote",
                        "call " + "0".repeat(31) + "2: its row holds what no recorder wrote",
                        "call a?b: its row holds what no recorder wrote",
                        "call null: its row holds what no recorder wrote");
    }

    @Test
    void aPolicyThatTheJournalNeverAdoptedIsTold() throws Exception {
        Files.move(form(first), form("ab".repeat(32)));
        Files.copy(form("ab".repeat(32)), form(first));
        sql("update call set policy = '" + "ab".repeat(32) + "' where " + anyCall());
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out().getFirst())
                .isEqualTo("call " + "0".repeat(31) + "1: the journal never adopted its policy");
    }

    @Test
    void aPolicyThatIsMissingIsToldInOneLineAndTheOthersDecide() throws IOException {
        Files.delete(form(first));
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out())
                .containsExactly(
                        "policy " + first + ": its file is not in journal/policies; restore it from the backup",
                        "policy " + first + ": 81 calls cannot be decided without it",
                        "2 policies adopted; 81 calls decided as then, 0 otherwise; 2 left by what was signalled;"
                                + " 0 without a policy in the ledger");
    }

    @Test
    void aPolicyThatWasChangedIsToldInOneLine() throws IOException {
        Files.writeString(form(first), Files.readString(form(first)).replace("\"201\"", "\"202\""));
        assertThat(replay().exitCode()).isEqualTo(1);
        assertThat(replay().out().getFirst())
                .matches("policy " + first + ": its file is another policy, [0-9a-f]{64}: it was changed; restore it"
                        + " from the backup");
        Files.writeString(form(first), " ".repeat(9));
        assertThat(replay().out().getFirst())
                .startsWith("policy " + first + ": its file was changed, or is damaged: it is ");
    }

    @Test
    void aJournalThatWasChangedIsToldInOneLine() throws IOException {
        Path journal = data.resolve("journal/journal.jsonl");
        Files.writeString(journal, Files.readString(journal).replace(first, second));
        Said said = replay();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .singleElement()
                .asString()
                .startsWith("koegura: journal " + journal + ", entry ")
                .endsWith("it was edited");
    }

    @Test
    void whereThereIsNoDataDirectoryOrNoLedgerOneLineSaysSo() throws IOException {
        Files.delete(data.resolve("metadata/koegura.db"));
        Said noLedger = replay();
        assertThat(noLedger.exitCode()).isEqualTo(2);
        assertThat(noLedger.err())
                .containsExactly("koegura: the database " + data.resolve("metadata/koegura.db")
                        + " cannot be read; name a data directory that this user may read");
        data = data.resolve("none");
        Said none = replay();
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err())
                .containsExactly("koegura: journal " + data.resolve("journal/journal.jsonl")
                        + " cannot be read; name a data directory that this user may read");
    }
}
