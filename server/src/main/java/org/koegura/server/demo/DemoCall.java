package org.koegura.server.demo;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;

/// The demo's one call, from dialling to the seal.
final class DemoCall {

    private static final long RINGING_MILLIS = 1_500;
    private static final long RING_WAIT_MILLIS = 10_000;
    private static final long NOTICE_WAIT_MILLIS = 30_000;
    private static final long SEAL_WAIT_MILLIS = 15_000;
    private static final long TURN_MILLIS = 500;
    private static final long POLL_MILLIS = 50;
    private static final long BAR_CELL_MILLIS = 350;

    private final DemoSubject subject;
    private final Narrator narrator;
    private final short[] citizenSpeech;
    private final short[] staffSpeech;
    private short[] citizenHeard = {};
    private short[] staffHeard = {};
    private @Nullable RecordingId recording;

    DemoCall(DemoSubject subject, Narrator narrator, short[] citizenSpeech, short[] staffSpeech) {
        this.subject = subject;
        this.narrator = narrator;
        this.citizenSpeech = citizenSpeech;
        this.staffSpeech = staffSpeech;
    }

    /// Places it; false where it was not put through, which was said.
    boolean place(SoftTelephone citizen, SoftTelephone staff, String number) throws IOException, InterruptedException {
        CompletableFuture<@Nullable SoftCall> dialled = new CompletableFuture<>();
        Thread.ofVirtual().name("demo-citizen").start(() -> {
            try {
                dialled.complete(citizen.call(number, () -> narrator.tell(Phrase.RINGING, number)));
            } catch (IOException | InterruptedException | RuntimeException e) {
                dialled.completeExceptionally(e);
            }
        });
        SoftCall atStaff = staff.incoming(RING_WAIT_MILLIS);
        if (atStaff == null) {
            narrator.judge(false, Phrase.ANSWERED, Phrase.NOT_ANSWERED);
            return false;
        }
        pause(RINGING_MILLIS);
        boolean answered = atStaff.answer();
        SoftCall atCitizen = outcomeOf(dialled);
        if (!narrator.judge(answered && atCitizen != null, Phrase.ANSWERED, Phrase.NOT_ANSWERED) || atCitizen == null) {
            return false;
        }
        talk(atCitizen, atStaff);
        return true;
    }

    /// All that the citizen's telephone received, at 8000 Hz.
    short[] citizenHeard() {
        return citizenHeard.clone();
    }

    /// All that the staff's telephone received.
    short[] staffHeard() {
        return staffHeard.clone();
    }

    /// The recording's name; null where the live list never showed one.
    @Nullable
    RecordingId recording() {
        return recording;
    }

    private void talk(SoftCall atCitizen, SoftCall atStaff) throws InterruptedException {
        if (noticePlays()) {
            narrator.tell(Phrase.RECORDING);
            atCitizen.talk.say(citizenSpeech);
            pause(millis(citizenSpeech) + TURN_MILLIS);
            atStaff.talk.say(staffSpeech);
            pause(millis(staffSpeech) + TURN_MILLIS);
            recording = live().map(LiveCall::recording).orElse(null);
        }
        boolean confirmed = atCitizen.hangUp() && atStaff.awaitEnd(SEAL_WAIT_MILLIS);
        narrator.judge(confirmed, Phrase.HUNG_UP, Phrase.NOT_ANSWERED);
        RecordingId sealing = recording;
        if (sealing != null) {
            await(SEAL_WAIT_MILLIS, () -> subject.sealed(sealing).isPresent());
        }
        citizenHeard = atCitizen.talk.heard();
        staffHeard = atStaff.talk.heard();
    }

    /// Draws the notice as it plays; true where the product says that it was heard.
    private boolean noticePlays() {
        await(NOTICE_WAIT_MILLIS, () -> stage() != Stage.RINGING);
        narrator.begin(Phrase.NOTICE);
        narrator.more("[");
        long startNanos = System.nanoTime();
        long nextCellNanos = startNanos;
        long deadlineNanos = startNanos + TimeUnit.MILLISECONDS.toNanos(NOTICE_WAIT_MILLIS);
        while (stage() == Stage.NOTICE && System.nanoTime() < deadlineNanos) {
            if (System.nanoTime() >= nextCellNanos) {
                narrator.more("#");
                nextCellNanos += TimeUnit.MILLISECONDS.toNanos(BAR_CELL_MILLIS);
            }
            pause(POLL_MILLIS);
        }
        narrator.more("]");
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        boolean heard = stage() == Stage.RECORDED;
        narrator.finish(heard, Phrase.NOTICE_DONE, Phrase.NOTICE_NOT, seconds);
        return heard;
    }

    private @Nullable Stage stage() {
        return live().map(LiveCall::stage).orElse(null);
    }

    /// The demo's product has no other call.
    private Optional<LiveCall> live() {
        return subject.liveCalls().stream().findFirst();
    }

    private static @Nullable SoftCall outcomeOf(CompletableFuture<@Nullable SoftCall> dialled)
            throws IOException, InterruptedException {
        try {
            return dialled.get();
        } catch (ExecutionException e) {
            throw new IOException("the citizen's telephone failed", e.getCause());
        }
    }

    private static long millis(short[] samples) {
        return samples.length * 1000L / RtpTalk.RATE_HZ;
    }

    private static void await(long waitMillis, BooleanSupplier holds) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        while (!holds.getAsBoolean() && System.nanoTime() < deadlineNanos) {
            pause(POLL_MILLIS);
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
