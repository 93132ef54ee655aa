package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.peer.Baresip;

/// A call between two telephones that is announced, talked in and judged: what every wire and every way must carry.
final class TalkedCall {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);

    private TalkedCall() {}

    /// The callee hangs up, so that a request inside of the dialog goes each way.
    ///
    /// @param caller one of the two
    /// @return what was kept of it, judged against the wire
    static KeptRecording place(Site site, Baresip staff, Baresip citizen, Codec codec, String uri, Baresip caller)
            throws Exception {
        Baresip callee = caller.equals(citizen) ? staff : citizen;
        Instant begin = Instant.now();
        int before = site.recordings().size();
        caller.dial(uri);
        callee.accept();
        caller.awaitEstablished();
        site.awaitStage("RECORDED", NOTICE_WAIT);
        Instant recorded = Instant.now();
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(citizen, recorded).size() > 100);
        callee.hangUp();
        caller.awaitClosed();
        callee.awaitClosed();
        site.awaitNoCall();
        List<KeptRecording> recordings = site.recordings();
        assertThat(recordings).hasSize(before + 1);
        JudgedCall.announcedAndKept(
                recordings.getLast(), JudgedCall.Wire.of(site, staff, citizen, begin), Talk.ofTelephones(codec));
        return recordings.getLast();
    }
}
