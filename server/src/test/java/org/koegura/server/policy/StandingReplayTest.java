package org.koegura.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A call that was exempt by a standing exemption is held against the register of them, as it was then.
class StandingReplayTest extends ReplayedCalls {

    /// Of the second call, which goes out to a number that has a standing exemption.
    private void standing() throws SQLException {
        sql("insert into standing_exemption (id, number, ground, author, author_role, proposed_at, ends_at, approver,"
                + " approved_at) values ('one', '+81990555123', 2, 'operator', 'OPERATOR',"
                + " '2026-11-30T01:00:00.000000000Z', '2026-12-20T01:00:00.000000000Z', 'supervisor',"
                + " '2026-11-30T02:00:00.000000000Z')");
        sql("update call set decided = json_set(json_remove(decided, '$.armed'), '$.standing', json('{\"name\":\"one\","
                + "\"ground\":2,\"author\":\"standing:one\",\"at\":\"2026-12-01T01:00:00.000000000Z\","
                + "\"number\":\"+81990555123\"}')) where call_id = '" + "0".repeat(31) + "2'");
    }

    @Test
    void aStandingExemptionThatWasInForceIsAsThen() throws SQLException {
        standing();
        Said said = replay();
        assertThat(said.out()).singleElement().asString().contains("162 calls decided as then, 0 otherwise");
        assertThat(said.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from standing_exemption",
                "update standing_exemption set number = '+81990555124'",
                "update standing_exemption set ground = 1",
                "update standing_exemption set approver = null, approved_at = null",
                "update standing_exemption set approved_at = '2026-12-01T01:00:00.000000001Z'",
                "update standing_exemption set ends_at = '2026-12-01T01:00:00.000000000Z'",
                "update standing_exemption set withdrawn_by = 'operator', withdrawn_at = '2026-12-01T00:00:00.000000000Z'",
                "update call set dialled_number = '+81990555124' where decided like '%standing%'",
                "update call set decided = replace(decided, 'T01:00', 'T00:59') where decided like '%standing%'",
                "update call set decided = json_set(decided, '$.standing', 1) where decided like '%standing%'"
            })
    void oneThatTheRegisterDoesNotHaveIsTold(String changed) throws SQLException {
        standing();
        sql(changed);
        theExemptionIsTold();
    }
}
