package org.koegura.rtpcapture.notice;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// What the outside party hears after a notice that was played before the answer, until somebody answers: the tone that
/// says that a telephone rings. Whoever got an answer to its offer from us hears no tone of its own any more (trap 36).
///
/// It begins anew whenever a notice or early media of the inside party broke it off.
///
/// Pure, as [NoticePlayer]. Owned by the call's event loop.
public final class Ringback {

    private final Stage stage;
    private final OutboundStream stream;
    private boolean wanted;
    private @Nullable Ringing ringing;

    public Ringback(Stage stage, OutboundStream stream) {
        this.stage = stage;
        this.stream = stream;
    }

    /// What the tone needs of the call around it.
    public interface Stage {

        /// The frames in the first format that the outside party receives and there is a tone in, or empty.
        Optional<NoticeFrames> ringbackFrames();

        /// Sends one packet of it to the outside party; returns whether the socket took it.
        boolean send(AudioFormat format, byte[] frame, boolean first, long nowNanos);

        /// Playing threw, which is a defect: for the log. The tone is over.
        void broken(RuntimeException cause);
    }

    private static final class Ringing {
        final AudioFormat format;
        final List<byte[]> frames;
        final NoticePacer pacer;
        int sent;

        Ringing(NoticeFrames tone, long firstDueNanos) {
            this.format = tone.format();
            this.frames = tone.frames();
            this.pacer = new NoticePacer(TimeUnit.MILLISECONDS.toNanos(format.packetMillis()), firstDueNanos);
        }
    }

    /// From now on it is played whenever nothing else is heard.
    public void begin() {
        wanted = true;
    }

    /// Somebody answered, or the call is over.
    public void end() {
        wanted = false;
        giveWay();
    }

    /// Something else takes its place in the stream, for now.
    public void giveWay() {
        long _ = stop();
    }

    /// Whether it speaks in the inside party's place just now.
    public boolean speaks() {
        return ringing != null;
    }

    /// Does what is due; returns when to call again, or [NoticePlayer#NEVER].
    ///
    /// @param free whether nothing else is heard
    public long advance(long nowNanos, boolean free) {
        try {
            return wanted && free ? ring(nowNanos) : stop();
        } catch (RuntimeException e) {
            end();
            stage.broken(e);
            return NoticePlayer.NEVER;
        }
    }

    private long ring(long nowNanos) {
        Ringing now = ringing;
        if (now == null) {
            NoticeFrames tone = stage.ringbackFrames().orElse(null);
            if (tone == null) {
                wanted = false;
                return NoticePlayer.NEVER;
            }
            now = new Ringing(tone, stream.beginNotice(tone.format(), nowNanos));
            ringing = now;
        }
        if (nowNanos - now.pacer.dueNanos() >= 0) {
            byte[] frame = now.frames.get(now.sent % now.frames.size());
            boolean _ = stage.send(now.format, frame, now.sent == 0, nowNanos); // a lost one is only a tone
            now.sent++;
            now.pacer.sent(nowNanos);
        }
        return now.pacer.dueNanos();
    }

    private long stop() {
        if (ringing != null) {
            ringing = null;
            stream.endNotice();
        }
        return NoticePlayer.NEVER;
    }
}
