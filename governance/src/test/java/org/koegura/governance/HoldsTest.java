package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.HoldRegister.HoldFault;

/// The register of holds answers from its table, and from nothing else.
class HoldsTest extends AtTheDoor {

    private static final RecordingId OTHER = new RecordingId("0f3c0000000000000000000000000002");

    @Test
    void aHoldIsInForceFromWhenItIsPlacedUntilItIsReleased() throws Exception {
        HoldRegister holds = governance.holds();
        assertThat(holds.isHeld(FakeStore.RECORDING)).isFalse();

        place("h1");
        assertThat(holds.isHeld(FakeStore.RECORDING)).isTrue();
        assertThat(holds.isHeld(OTHER)).isFalse();

        place("h2");
        sql("update holds set released_at = '2026-11-25T00:00:00.000000000Z' where id = 'h1'");
        assertThat(holds.isHeld(FakeStore.RECORDING)).isTrue();
        sql("update holds set released_at = '2026-11-25T00:00:00.000000000Z' where id = 'h2'");
        assertThat(holds.isHeld(FakeStore.RECORDING)).isFalse();
    }

    @Test
    void aRegisterThatCannotBeReadIsAFaultAndNotANo() throws Exception {
        HoldRegister holds = governance.holds();
        sql("alter table holds rename to away");

        assertThatExceptionOfType(HoldFault.class)
                .isThrownBy(() -> holds.isHeld(FakeStore.RECORDING))
                .withMessageContaining("cannot be read");

        sql("alter table away rename to holds");
        assertThat(holds.isHeld(FakeStore.RECORDING)).isFalse();
    }

    private void place(String id) throws Exception {
        sql("insert into holds (id, recording_id, reason, document, placed_by, placed_at) values ('" + id + "', '"
                + FakeStore.RECORDING.value()
                + "', 'INVESTIGATION', '照会第1号', 'admin', '2026-11-24T01:02:03.000000000Z')");
    }
}
