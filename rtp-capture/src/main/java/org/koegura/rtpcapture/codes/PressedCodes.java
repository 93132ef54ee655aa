package org.koegura.rtpcapture.codes;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.rtpcapture.notice.NoticePlayer;
import org.koegura.rtpcapture.rtp.OutboundStream;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// Takes codes out of what the inside party of one call presses (F2): nothing of one reaches the
/// outside party. Presses that may become a code are held; a code is told once, at the first packet of
/// its last press; what turns out to be none is told to the outside party after all, by a
/// [PressReplay], and so is what is pressed while that speaks, for presses keep their order.
///
/// ```
///  *        held: it may be the leader
///  * 5      held: it is
///  * 5 1 1  a code: told, and gone
///  * 9      none: both are told again, at once
///  *        and nothing for [#KEY_NANOS]: told again
/// ```
///
/// Pure: packets and timers are the caller's, and time comes in as monotonic nanoseconds.
///
/// Owned by the call's event loop.
public final class PressedCodes {

    /// So long after the beginning of a press the next one of a code has to begin. Presses that are
    /// told again then, three at most with the usual codes, are told within two seconds of the last
    /// (F2).
    static final long KEY_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final Stage stage;
    private final PressReplay replay;
    private final EventReader reader = new EventReader();
    private final Deque<Held> held = new ArrayDeque<>();
    private @Nullable CodeMatcher matcher;
    private long heldUntilNanos;

    public PressedCodes(Stage stage, OutboundStream stream) {
        this.stage = stage;
        this.replay = new PressReplay(new ReplayStage(), stream);
    }

    /// What it needs of the call around it.
    public interface Stage {

        /// What the outside party receives now; null where nothing is agreed.
        @Nullable
        AudioFormat outsideFormat();

        /// An event takes the stream for a packet time: a notice that speaks begins anew after it.
        void event(long nowNanos);

        /// Sends one packet of an event, as [OutboundStream#writeEvent] takes it.
        void sendEvent(int payloadType, int event, boolean first, int ticks, boolean ended, long nowNanos);

        /// A code was pressed.
        void code(String keys);

        /// A press finds no room to wait in, and is dropped.
        void pressDropped();

        /// Telling threw, which is a defect: for the log. What waits is dropped.
        void broken(RuntimeException cause);
    }

    private record Held(EventReader.Press press, int payloadType) {}

    /// From now on these are codes; none, where the set is empty.
    ///
    /// @throws IllegalArgumentException one is no code, or the beginning of another
    public void heed(Set<String> codes) {
        giveUp();
        boolean never = codes.isEmpty() && matcher == null;
        matcher = never ? null : new CodeMatcher(codes);
    }

    /// Whether there are codes, or were.
    public boolean heeded() {
        return matcher != null;
    }

    /// The call is over.
    public void end() {
        matcher = null;
        held.clear();
        replay.end();
    }

    /// Whether presses are told again just now, in the inside party's place.
    public boolean speaks() {
        return replay.speaks();
    }

    /// Whether anything is held, or waits to be told: nothing of the inside party may go past us.
    public boolean busy() {
        return !held.isEmpty() || replay.busy() || replay.speaks();
    }

    /// One packet of telephone events of the inside party. Returns whether it is kept from the outside
    /// party; then [#advance] is to be called.
    public boolean withholds(ByteBuf packet, long nowNanos) {
        if (matcher == null) {
            return false;
        }
        List<EventReader.Seen> seen = reader.read(packet);
        int payloadType = RtpHeader.payloadType(packet);
        boolean withheld = false;
        for (EventReader.Seen of : seen) {
            if (of.begins()) {
                begins(new Held(of.press(), payloadType), nowNanos);
            }
            withheld |= of.press().withheld();
        }
        if (withheld) { // what it tells of others, and nothing else did, is told after
            for (EventReader.Seen of : seen) {
                if (of.begins() && !of.press().withheld()) {
                    tellAgain(new Held(of.press(), payloadType));
                }
            }
        }
        return withheld;
    }

    private void begins(Held now, long nowNanos) {
        CodeMatcher codes = matcher;
        Character key = CodeMatcher.key(now.press().event());
        if (codes == null || key == null) { // a hook flash, a tone: no key, and none comes between those of a code
            giveUp();
            if (replay.busy()) {
                tellAgain(now);
            }
            return;
        }
        CodeMatcher.Decided decided = codes.press(key);
        boolean passes = held.isEmpty() && decided.released() == 1 && !replay.busy();
        if (passes) {
            return;
        }
        now.press().withhold();
        held.addLast(now);
        for (int i = 0; i < decided.released(); i++) {
            tellAgain(held.removeFirst());
        }
        heldUntilNanos = nowNanos + KEY_NANOS;
        if (decided.code() != null) {
            held.clear();
            stage.code(decided.code());
        }
    }

    private void giveUp() {
        while (!held.isEmpty()) {
            tellAgain(held.removeFirst());
        }
        if (matcher != null) {
            matcher.forget();
        }
    }

    private void tellAgain(Held press) {
        press.press().withhold();
        if (!replay.add(press.press().event(), press.payloadType())) {
            stage.pressDropped();
        }
    }

    /// Does what is due; returns when to call again, or [NoticePlayer#NEVER].
    public long advance(long nowNanos) {
        try {
            boolean waits = !held.isEmpty();
            if (waits && nowNanos - heldUntilNanos >= 0) {
                giveUp();
                waits = false;
            }
            long toldNanos = replay.advance(nowNanos);
            return waits ? Math.min(heldUntilNanos, toldNanos) : toldNanos;
        } catch (RuntimeException fault) {
            replay.end();
            stage.broken(fault);
            return NoticePlayer.NEVER;
        }
    }

    private final class ReplayStage implements PressReplay.Stage {

        private static final AudioFormat USUAL = new AudioFormat(0, "PCMU", 8000, 20);

        @Override
        public AudioFormat format() {
            AudioFormat agreed = stage.outsideFormat();
            return agreed == null ? USUAL : agreed;
        }

        @Override
        public void event(long nowNanos) {
            stage.event(nowNanos);
        }

        @Override
        public void send(int payloadType, int event, boolean first, int ticks, boolean ended, long nowNanos) {
            stage.sendEvent(payloadType, event, first, ticks, ended, nowNanos);
        }
    }
}
