package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koegura.governance.account.Role;

class AccessTest {

    @Test
    void theTableOfRolesAndActsIsThis() {
        List<String> table = new ArrayList<>();
        for (Role role : Role.values()) {
            StringBuilder row = new StringBuilder(role.name().toLowerCase(Locale.ROOT));
            for (Act act : Act.values()) {
                row.append(Access.allows(Set.of(role), act) ? " +" : " -");
            }
            table.add(row.toString());
        }

        // calls.watch, calls.numbers, exemption.flag, notice.attest, notice.replay, recording.pause, recording.resume,
        // call.objection, recording.preserve, standing.list, standing.propose, standing.approve, standing.withdraw,
        // recordings.list, recording.view, recording.play, recording.export
        assertThat(table)
                .containsExactly(
                        "administrator + - - - - - - - - - - - - - - - -",
                        "manager + + + + + + + + + + + + + + + + +",
                        "supervisor + + + + + + + + + + + + + + + + +",
                        "operator + + + + + + + + + + + - + + + + +",
                        "designated - - - - - - - - + - - - - + + + +");
    }

    @Test
    void nobodyMayDoAnythingWithoutAPost() {
        for (Act act : Act.values()) {
            assertThat(Access.allows(EnumSet.noneOf(Role.class), act)).isFalse();
        }
    }
}
