package org.koegura.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.HoldRegister.HoldFault;
import org.koegura.governance.database.Holds;

/// The register of holds answers from its table, and from nothing else.
class HoldsTest extends AtTheDoor {

    private static final RecordingId OTHER = new RecordingId("0f3c0000000000000000000000000002");
    private static final CallId CALL = new CallId("77ab0000000000000000000000000007");

    @Test
    void aHoldIsInForceFromWhenItIsPlacedUntilItIsReleased() throws Exception {
        HoldRegister holds = governance.holds();
        assertThat(holds.isHeld(FakeStore.RECORDING, CALL)).isFalse();

        place("h1");
        assertThat(holds.isHeld(FakeStore.RECORDING, CALL)).isTrue();
        assertThat(holds.isHeld(OTHER, CALL)).isFalse();

        place("h2");
        sql("update holds set released_at = '2026-11-25T00:00:00.000000000Z' where id = 'h1'");
        assertThat(holds.isHeld(FakeStore.RECORDING, CALL)).isTrue();
        sql("update holds set released_at = '2026-11-25T00:00:00.000000000Z' where id = 'h2'");
        assertThat(holds.isHeld(FakeStore.RECORDING, CALL)).isFalse();
    }

    @Test
    void aRegisterThatCannotBeReadIsAFaultAndNotANo() throws Exception {
        HoldRegister holds = governance.holds();
        sql("alter table holds rename to away");

        assertThatExceptionOfType(HoldFault.class)
                .isThrownBy(() -> holds.isHeld(FakeStore.RECORDING, CALL))
                .withMessageContaining("cannot be read");

        sql("alter table away rename to holds");
        assertThat(holds.isHeld(FakeStore.RECORDING, CALL)).isFalse();
    }

    @Test
    void anUndecidedRequestHoldsEveryPartOfItsCallAndNoOther() throws Exception {
        HoldRegister holds = governance.holds();
        sql("insert into call_part (call_id, continues) values ('" + part(2) + "', '" + part(1) + "'), ('" + part(3)
                + "', '" + part(2) + "'), ('" + part(9) + "', '" + part(8) + "')");
        sql("insert into preservation (id, call_id, author, channel, requested_at) values ('p1', '" + part(2)
                + "', 'extension:201', 'TELEPHONE', '2026-11-24T01:02:03.000000000Z')");

        for (int number = 1; number <= 3; number++) {
            assertThat(holds.isHeld(OTHER, part(number))).as("part %s", number).isTrue();
        }
        assertThat(holds.isHeld(OTHER, part(8))).isFalse();
        assertThat(holds.isHeld(OTHER, part(9))).isFalse();

        sql("update preservation set decided_at = '2026-11-25T00:00:00.000000000Z'");
        assertThat(holds.isHeld(OTHER, part(2))).isFalse();
    }

    private static CallId part(int number) {
        return new CallId(String.format("77ab%028x", number));
    }

    @Test
    void nothingIsEnteredWhileAnErasureBeginsAndNothingBeginsOnceItIs() throws Exception {
        Holds holds = (Holds) governance.holds();
        HoldRegister.Unheld unheld = Objects.requireNonNull(holds.unheld(OTHER, CALL));
        CountDownLatch entered = new CountDownLatch(1);
        Thread asks = Thread.ofPlatform().start(() -> {
            try {
                assertThat(holds.enter(entered::countDown)).isTrue();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(() -> asks.getState() == Thread.State.TIMED_WAITING);
        assertThat(entered.getCount()).isEqualTo(1);

        unheld.close();

        asks.join();
        assertThat(entered.getCount()).isZero();
        place("h1");
        assertThat(holds.unheld(FakeStore.RECORDING, CALL)).isNull();
        assertThat(holds.enter(() -> {})).as("who was told no holds nobody up").isTrue();
    }

    private void place(String id) throws Exception {
        sql("insert into holds (id, recording_id, reason, document, placed_by, placed_at) values ('" + id + "', '"
                + FakeStore.RECORDING.value()
                + "', 'INVESTIGATION', '照会第1号', 'admin', '2026-11-24T01:02:03.000000000Z')");
    }
}
