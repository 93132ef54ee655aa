package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// A tone by which the inside party, and nobody else, hears what came of a code (F2): put into the
/// outside party's own packets on their way to it, as by [InsideEar]. Twice a short one: it was done. A
/// long one: it was not.
///
/// Where the outside party sends nothing, nothing is heard; after a while it is not made up for.
///
/// Owned by the call's event loop.
final class Confirmation {

    /// So long after a code its tone may still begin or go on.
    static final long LATEST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int STEP_MILLIS = 200;
    private static final int PAUSE_MILLIS = 100;

    private final NoticeSource source;
    private boolean sounds;
    private boolean done;
    private long beganNanos;
    private int spokenMillis;

    Confirmation(NoticeSource source) {
        this.source = source;
    }

    void begin(boolean wasDone, long nowNanos) {
        sounds = true;
        done = wasDone;
        beganNanos = nowNanos;
        spokenMillis = 0;
    }

    /// Whether packets have to come by us.
    boolean sounds() {
        return sounds;
    }

    /// What goes to the inside party in a packet's place; takes over the reference.
    ///
    /// @param receives what the inside party agreed to receive
    ByteBuf instead(ByteBuf packet, @Nullable RemoteMedia receives, long nowNanos) {
        AudioFormat format = receives == null ? null : format(receives, RtpHeader.payloadType(packet));
        NoticeFrames tone = format == null ? null : source.tone(format).orElse(null);
        if (nowNanos - beganNanos >= LATEST_NANOS) {
            sounds = false;
            return packet;
        }
        if (format == null || tone == null) {
            return packet;
        }
        byte[] frame = frame(tone, format.packetMillis());
        if (frame == null) {
            sounds = false;
            return packet;
        }
        spokenMillis += format.packetMillis();
        return InsideEar.putWhole(packet, format, frame);
    }

    /// That of now; null where all is said.
    private byte @Nullable [] frame(NoticeFrames tone, int packetMillis) {
        int speaks = tone.leadInFrames();
        int framesOfStep = Math.min(STEP_MILLIS / packetMillis, tone.frames().size() - speaks);
        int at = done ? spokenMillis % (STEP_MILLIS + PAUSE_MILLIS) : spokenMillis % STEP_MILLIS;
        int lastsMillis = done ? 2 * STEP_MILLIS + PAUSE_MILLIS : 4 * STEP_MILLIS;
        if (spokenMillis >= lastsMillis || framesOfStep <= 0) {
            return null;
        }
        boolean silent = at >= STEP_MILLIS;
        int of = silent ? Math.max(0, speaks - 1) : speaks + at / packetMillis % framesOfStep;
        return tone.frames().get(of);
    }

    private static @Nullable AudioFormat format(RemoteMedia receives, int payloadType) {
        for (AudioFormat format : receives.formats()) {
            if (format.payloadType() == payloadType) {
                return format;
            }
        }
        return null;
    }
}
