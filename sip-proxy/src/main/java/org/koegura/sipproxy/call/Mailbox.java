package org.koegura.sipproxy.call;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.LiveCalls.Objecting;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.callmodel.port.LiveCalls.Replaying;

/// The bounded queue through which everything reaches one call, in order. What does not fit is dropped and
/// counted.
final class Mailbox {

    /// How long a signalling thread waits for room before its event is dropped.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final BlockingQueue<Letter> letters;
    private final CallMeters meters;

    /// Waits for the first response.
    private final AtomicReference<@Nullable Exemption> flagged = new AtomicReference<>();

    Mailbox(int lettersMax, CallMeters meters) {
        this.letters = new ArrayBlockingQueue<>(lettersMax);
        this.meters = meters;
    }

    /// What lies in a mailbox.
    sealed interface Letter {

        /// Something happened.
        record Happened(Event event) implements Letter {}

        /// An operator asks for an exemption and waits for the reply.
        record Exempt(Exemption exemption, Claim<Exempting> claim) implements Letter {}

        /// An operator attests an oral notice and waits for the reply.
        record Attest(CaptureBasis.Attestation attestation, Claim<Attesting> claim) implements Letter {}

        /// Somebody asks for a pause of capture, or for its end, and waits for the reply.
        record Pause(boolean begins, Claim<Pausing> claim) implements Letter {}

        /// Somebody asks for the notice once more, and waits for the reply.
        ///
        /// @param language null for that of the line
        record Replay(@Nullable String language, Claim<Replaying> claim) implements Letter {}

        /// One is over, as the media tell ([org.koegura.callmodel.port.MediaEvents#replayOver]).
        record Replayed(org.koegura.callmodel.replay.Replayed replayed) implements Letter {}

        /// Somebody marks an objection of the other party, and waits for the reply.
        record Objection(boolean stops, Claim<Objecting> claim) implements Letter {}

        /// A pause of capture is over, as the media tell ([org.koegura.callmodel.port.MediaEvents#captureResumed]).
        record Resumed(Instant from, Instant to, boolean byItself) implements Letter {}

        /// The inside party pressed a code, leader and all, as the media tell.
        record Pressed(String keys) implements Letter {}

        /// Whoever is inside hands the call on, or took it from somebody: who presses keys there is not known any more.
        record HandedOn() implements Letter {}

        /// Somebody else stands on the outside leg (N2).
        record NewParty() implements Letter {}

        /// The parties have keys of their own, as the media tell.
        record Sealed() implements Letter {}
    }

    /// The call is exempt since before it came. That is not said until somebody responds: an INVITE that is challenged
    /// comes again, as another call, and only one of them is (RFC 3261 §22.2).
    void flagged(Exemption exemption) {
        flagged.set(exemption);
    }

    /// Ahead of the first response, so that nobody is told while it rings.
    private void tellFlagged(Letter letter) {
        boolean due = letter instanceof Letter.NewParty // it lapses then, and the journal says so
                || (letter instanceof Letter.Happened(Event event) && isResponse(event, flagged.get()));
        Exemption exemption = due ? flagged.getAndSet(null) : null;
        if (exemption != null) {
            put(new Letter.Happened(new Event.Exempted(exemption, true)));
        }
    }

    /// A code that was dialled before is used up by a call that is refused, too; a standing exemption exempts nobody
    /// from anything there.
    private static boolean isResponse(Event event, @Nullable Exemption flagged) {
        boolean refused = event instanceof Event.Rejected(int status) && status != 401 && status != 407;
        return event instanceof Event.Provisional
                || event instanceof Event.EarlyMedia
                || event instanceof Event.Answered
                || (refused && flagged != null && flagged.channel() != Exemption.Channel.STANDING);
    }

    /// Puts a letter in if there is room. Never blocks: for event loops.
    void offer(Letter letter) {
        if (!letters.offer(letter)) {
            meters.fault(CallMeters.Fault.MAILBOX_OVERFLOW);
        }
    }

    /// Puts a letter in, waiting a while for room. Blocks: for signalling and operators.
    void put(Letter letter) {
        tellFlagged(letter);
        try {
            if (!letters.offer(letter, PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                meters.fault(CallMeters.Fault.MAILBOX_OVERFLOW);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            offer(letter);
        }
    }

    Letter take() throws InterruptedException {
        return letters.take();
    }

    /// The next letter, or null where none came in time.
    @Nullable
    Letter poll(long atMostNanos) throws InterruptedException {
        return letters.poll(atMostNanos, TimeUnit.NANOSECONDS);
    }
}
