package org.koegura.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReceptionTest {

    private static final long PACKET_NANOS = 20_000_000;

    @Test
    void reportsTheLossOfTheIntervalAndOfAllAcrossAWrapOfTheSequence() {
        Reception reception = new Reception();
        for (int i = 0; i < 100; i++) {
            if (i % 4 != 3) { // every fourth is lost
                reception.take(7, 65_500 + i & 0xFFFF, i * 160, i * PACKET_NANOS);
            }
        }
        ByteBuffer report = ByteBuffer.wrap(report(reception));
        assertThat(report.getInt(28)).isEqualTo(7);
        assertThat(report.get(32) & 0xFF).as("fraction lost, of 256").isEqualTo(24 * 256 / 99);
        assertThat(report.getInt(32) & 0xFFFFFF).as("cumulative loss").isEqualTo(24);
        assertThat(report.getInt(36)).as("extended highest sequence").isEqualTo(65_500 + 98);
        assertThat(report.getInt(40)).as("jitter of a regular stream").isZero();

        for (int i = 100; i < 110; i++) {
            reception.take(7, 65_500 + i & 0xFFFF, i * 160, i * PACKET_NANOS);
        }
        assertThat(ByteBuffer.wrap(report(reception)).get(32) & 0xFF)
                .as("of the second interval, 11 expected and 1 lost")
                .isEqualTo(256 / 11);
    }

    @Test
    void everyPacketOfTheCompoundHasTheLengthItSays() {
        Reception reception = new Reception();
        assertThat(lengths(report(reception))).isEqualTo(2);
        reception.take(7, 1, 160, 0);
        assertThat(lengths(report(reception))).isEqualTo(2);
    }

    private static int lengths(byte[] compound) {
        int packets = 0;
        int at = 0;
        for (; at < compound.length; packets++) {
            at += 4 * ((ByteBuffer.wrap(compound).getShort(at + 2) & 0xFFFF) + 1);
        }
        assertThat(at).isEqualTo(compound.length);
        return packets;
    }

    private static byte[] report(Reception reception) {
        return reception.report(9, Instant.EPOCH, 0, 1, 160, "demo@1");
    }
}
