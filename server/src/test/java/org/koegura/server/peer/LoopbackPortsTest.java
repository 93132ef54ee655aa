package org.koegura.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {

    @Test
    void noRunOfPortsIsGivenOutASecondTimeWhileItIsKept() {
        BitSet given = new BitSet();
        for (int i = 0; i < 4; i++) {
            int first = LoopbackPorts.block(500);
            assertThat(first).isEven();
            assertThat(given.get(first, first + 500).isEmpty())
                    .as("ports from %d on", first)
                    .isTrue();
            given.set(first, first + 500);
        }
    }

    @Test
    void moreRunsThanFitAtOnceAreGivenOutOneAfterTheOther() {
        for (int i = 0; i < 60; i++) {
            assertThat(LoopbackPorts.block(500)).isPositive();
        }
    }
}
