package org.koegura.server.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.RecordingStoreContract.STARTED;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.nanos;
import static org.koegura.callmodel.RecordingStoreContract.opening;
import static org.koegura.callmodel.RecordingStoreContract.ours;
import static org.koegura.callmodel.RecordingStoreContract.packet;
import static org.koegura.callmodel.RecordingStoreContract.peer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.storageclient.LocalStore;
import org.koegura.storageclient.StoreSettings;

/// The tests' own reader opens what the store has sealed.
class KeptRecordingTest {

    @Test
    void everyDatagramComesBackWithItsLegTimeAndAddresses(@TempDir Path data) throws Exception {
        try (LocalStore store = LocalStore.open(
                StoreSettings.at(data), new SecureRandom(), Clock.systemUTC(), new SimpleMeterRegistry())) {
            OpenRecording open = store.sink().open(opening(id(1)));
            for (int i = 0; i < 500; i++) {
                Leg leg = i % 3 == 0 ? Leg.OUTSIDE : Leg.INSIDE;
                open.append(leg, arrival(i), peer(), ours(), ByteBuffer.wrap(packet(i, (byte) i)));
                if (i % 50 == 49) {
                    open.flush();
                }
            }
            open.seal(closing(333, 167, 10));
        }
        List<KeptRecording> recordings = KeptRecording.allIn(data);
        assertThat(recordings).hasSize(1);
        KeptRecording recording = recordings.getFirst();
        assertThat(recording.inside()).hasSize(333);
        assertThat(recording.outside()).hasSize(167);
        assertThat(recording.outside().get(1).epochNanos()).isEqualTo(arrival(3));
        assertThat(recording.outside().get(1).datagram().payload()).isEqualTo(packet(3, (byte) 3));
        assertThat(recording.outside().get(1).datagram().source()).isEqualTo(peer());
        assertThat(recording.outside().get(1).datagram().destination()).isEqualTo(ours());
        assertThat(recording.opening().path("sipCallId").asString("")).isNotEmpty();
    }

    private static long arrival(int index) {
        return nanos(STARTED) + index * 10_000_000L;
    }
}
