package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.audio.Resampler;
import org.koegura.audio.WavFile;
import org.koegura.callmodel.Leg;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;

/// A recording of G.711, Opus or both as the console plays it, held against its packets: every sound at its own
/// time. It is judged in telephone band.
final class PlayedBack {

    private static final int RATE_HZ = 8000;

    /// A pause longer than this, or another codec, begins another run of packets.
    private static final long PAUSE_NANOS = 300_000_000;

    /// Packets of less than a second are not looked for.
    private static final int RUN_PACKETS_MIN = 50;

    /// How far a sound may lie from the arrival of its packet: telephones and tests share two cores.
    private static final int OFF_SAMPLES_MAX = RATE_HZ / 5;

    private static final int FIRST_DYNAMIC_TYPE = 96;

    /// Louder than what is left of silence.
    private static final int LOUD = 200;

    private final KeptRecording recording;
    private final int rateHz;
    private final short[] inside;
    private final short[] outside;

    private PlayedBack(KeptRecording recording, int rateHz, short[] inside, short[] outside) {
        this.recording = recording;
        this.rateHz = rateHz;
        this.inside = inside;
        this.outside = outside;
    }

    static PlayedBack of(Site site, KeptRecording recording) throws Exception {
        HttpResponse<byte[]> wav = site.api().audio(recording.id(), "fairness");
        assertThat(wav.statusCode()).isEqualTo(200);
        int rateHz = WavFile.read(new ByteArrayInputStream(wav.body())).sampleRateHz();
        return new PlayedBack(
                recording,
                rateHz,
                Resampler.toNarrowband(Speech.channel(wav.body(), 0), rateHz),
                Resampler.toNarrowband(Speech.channel(wav.body(), 1), rateHz));
    }

    /// Samples a second, as it is played.
    int rateHz() {
        return rateHz;
    }

    /// What is heard of a party between two times, at 8000 Hz.
    short[] heard(Leg party, long fromNanos, long toNanos) {
        return Arrays.copyOfRange(of(party), (int) samplesAt(fromNanos), (int) samplesAt(toNanos));
    }

    private short[] of(Leg party) {
        return party == Leg.INSIDE ? inside : outside;
    }

    /// Both channels last as long as capture did, and have every run of packets where it arrived.
    void keepsTheTimeline() {
        long samples = samplesAt(KeptRecording.epochNanos(recording.captureEndedAt()));
        assertThat((long) inside.length).as("samples played").isBetween(samples - RATE_HZ / 2, samples + RATE_HZ / 2);
        hasEveryRunInItsPlace(Leg.INSIDE, recording.inside());
        hasEveryRunInItsPlace(Leg.OUTSIDE, recording.outside());
    }

    /// Every run of these packets of a party sounds where it arrived.
    void hasEveryRunInItsPlace(Leg party, List<Rtp> kept) {
        assertRuns(kept, of(party), party.name());
    }

    /// Nothing is heard, of either party, in a span of time.
    void isSilent(long fromNanos, long toNanos) {
        int from = (int) samplesAt(fromNanos) + OFF_SAMPLES_MAX;
        int to = (int) samplesAt(toNanos) - OFF_SAMPLES_MAX;
        assertThat(to - from).as("samples of silence").isGreaterThan(RATE_HZ);
        for (int i = from; i < to; i++) {
            assertThat(Math.max(Math.abs(inside[i]), Math.abs(outside[i])))
                    .as("loudness at sample %d", i)
                    .isLessThan(LOUD);
        }
    }

    private void assertRuns(List<Rtp> kept, short[] played, String leg) {
        List<List<Rtp>> runs = runs(kept);
        assertThat(runs).as("runs of packets from %s", leg).isNotEmpty();
        for (List<Rtp> run : runs) {
            int at = (int) placeOf(run);
            short[] sound =
                    run.getFirst().payloadType() < FIRST_DYNAMIC_TYPE ? Rtp.sound(run) : Rtp.sound(run, Codec.OPUS);
            short[] there = Arrays.copyOfRange( // beyond the end of capture is silence
                    played, Math.max(0, at - OFF_SAMPLES_MAX), at + sound.length + OFF_SAMPLES_MAX);
            assertThat(Correlation.of(sound, there).value())
                    .as(
                            "%s: %d packets of payload type %d that belong from sample %d on",
                            leg, run.size(), run.getFirst().payloadType(), at)
                    .isGreaterThan(0.9);
        }
    }

    /// Where its first packet belongs, as those say that came soonest: one that a stalled sender made up for came late,
    /// and the next ones did not.
    private long placeOf(List<Rtp> run) {
        Rtp first = run.getFirst();
        int ticksPerSample = first.payloadType() < FIRST_DYNAMIC_TYPE ? 1 : Codec.OPUS.clockRateHz() / RATE_HZ;
        return run.stream()
                .mapToLong(packet ->
                        samplesAt(packet.epochNanos()) - (packet.timestamp() - first.timestamp()) / ticksPerSample)
                .min()
                .orElseThrow();
    }

    /// Packets of one codec without a pause between them.
    static List<List<Rtp>> runs(List<Rtp> kept) {
        List<List<Rtp>> runs = new ArrayList<>();
        Rtp before = null;
        for (Rtp packet : kept) {
            if (before == null
                    || packet.payloadType() != before.payloadType()
                    || packet.epochNanos() - before.epochNanos() > PAUSE_NANOS) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(packet);
            before = packet;
        }
        return runs.stream().filter(run -> run.size() >= RUN_PACKETS_MIN).toList();
    }

    private long samplesAt(long epochNanos) {
        return (epochNanos - KeptRecording.epochNanos(recording.captureStartedAt())) * RATE_HZ / 1_000_000_000;
    }
}
