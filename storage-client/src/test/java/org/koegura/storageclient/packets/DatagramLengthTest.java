package org.koegura.storageclient.packets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.RecordingSink;

class DatagramLengthTest {

    @Test
    void aChunkTakesTheLongestDatagramThatASinkPromisesToKeep() {
        assertThat(PcapngBuffer.DATAGRAM_BYTES_MAX).isGreaterThanOrEqualTo(RecordingSink.DATAGRAM_BYTES_MAX);
    }
}
