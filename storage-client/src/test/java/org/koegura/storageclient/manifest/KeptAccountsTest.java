package org.koegura.storageclient.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.storageclient.packets.ReceivedTally;

class KeptAccountsTest {

    private final ReceivedTally kept = new ReceivedTally();

    @Test
    void accountsThatAgreeWithTheFileStandAsTheyAre() {
        keep(6);
        StreamAccount account = new StreamAccount(Leg.INSIDE, 10, 6, 1, Map.of(Withheld.NOTICE, 3L));
        Gap gap = KeptAccounts.storeFailed(Leg.INSIDE, 1, 2, 1);

        KeptAccounts accounts = KeptAccounts.of(List.of(account), List.of(gap), List.of(), kept);

        assertThat(accounts.streams()).containsExactly(account, StreamAccount.empty(Leg.OUTSIDE));
        assertThat(accounts.gaps()).containsExactly(gap);
    }

    @Test
    void packetsThatNeverReachedTheDiskAreLost() {
        keep(6);
        StreamAccount account = new StreamAccount(Leg.INSIDE, 10, 10, 0, Map.of());
        Gap dropped = KeptAccounts.storeFailed(Leg.INSIDE, 1, 2, 4);

        KeptAccounts accounts = KeptAccounts.of(List.of(account), List.of(), List.of(dropped), kept);

        assertThat(accounts.streams().getFirst()).isEqualTo(new StreamAccount(Leg.INSIDE, 10, 6, 4, Map.of()));
        assertThat(accounts.gaps()).containsExactly(dropped);
    }

    @Test
    void packetsThatReachedTheDiskAfterAllAreNotLost() {
        keep(6);
        StreamAccount account = new StreamAccount(Leg.INSIDE, 10, 2, 8, Map.of());
        List<Gap> gaps =
                List.of(KeptAccounts.storeFailed(Leg.INSIDE, 1, 2, 5), KeptAccounts.storeFailed(Leg.INSIDE, 3, 4, 3));

        KeptAccounts accounts = KeptAccounts.of(List.of(account), gaps, List.of(), kept);

        assertThat(accounts.streams().getFirst()).isEqualTo(new StreamAccount(Leg.INSIDE, 10, 6, 4, Map.of()));
        assertThat(accounts.gaps()).containsExactly(KeptAccounts.storeFailed(Leg.INSIDE, 1, 2, 4));
    }

    @Test
    void whatNoFailedWriteExplainsIsAMiscount() {
        keep(6);
        StreamAccount more = new StreamAccount(Leg.INSIDE, 10, 10, 0, Map.of());
        StreamAccount fewer = new StreamAccount(Leg.INSIDE, 5, 5, 0, Map.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeptAccounts.of(List.of(more), List.of(), List.of(), kept));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeptAccounts.of(List.of(fewer), List.of(), List.of(), kept));
    }

    private void keep(int packets) {
        for (int i = 0; i < packets; i++) {
            kept.add(Leg.INSIDE, i, ByteBuffer.allocate(1));
        }
        kept.mark();
    }
}
