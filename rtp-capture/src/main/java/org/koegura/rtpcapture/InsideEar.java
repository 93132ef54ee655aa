package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// While the notice speaks, puts a sound, or silence, into the outside party's own packets on their way to the inside
/// party: source, sequence number, timestamp and reports stay as they are, so that nobody has to renumber anything.
/// Where that party sends nothing just now, nothing is sent either: no packet of the sound, and none of silence.
///
/// A packet of another type than the sound has (a telephone event), or of another length than its frames, passes as it
/// is; silence has any length. In a codec that there is no sound in, the other party is heard as ever. What is captured
/// is the packet as it came.
///
/// Owned by the call's event loop.
final class InsideEar {

    private static final int PADDING = 0x20;

    private final InsideHears hears;
    private final NoticeSource source;
    /// The sound by payload type, asked for once: it is made for each asking.
    private final Map<Integer, Optional<NoticeFrames>> sounds = new HashMap<>();

    private @Nullable RemoteMedia agreed;
    private long playing;
    private int next;

    InsideEar(InsideHears hears, NoticeSource source) {
        this.hears = hears;
        this.source = source;
    }

    /// What goes to the inside party in a packet's place; takes over the reference.
    ///
    /// @param notice that speaks
    /// @param nowPlaying which playing of a notice that is: each begins anew, a repeat too
    /// @param receives what the inside party agreed to receive
    ByteBuf instead(ByteBuf packet, Prompt notice, long nowPlaying, @Nullable RemoteMedia receives) {
        if (nowPlaying != playing) {
            playing = nowPlaying;
            next = 0;
            sounds.clear();
        }
        NoticeFrames of = sound(notice, RtpHeader.payloadType(packet), receives);
        byte[] frame = of == null ? null : frame(of);
        if (of == null || frame == null) {
            return packet;
        }
        if (!fits(packet, of.format(), frame, hears == InsideHears.NOTHING)) {
            return packet;
        }
        next++;
        return put(packet, of.format(), frame);
    }

    /// Puts a frame into a packet's place, where it has that one's length; takes over the reference.
    static ByteBuf putWhole(ByteBuf packet, AudioFormat format, byte[] frame) {
        return fits(packet, format, frame, false) ? put(packet, format, frame) : packet;
    }

    private static boolean fits(ByteBuf packet, AudioFormat format, byte[] frame, boolean anyLength) {
        int payloadBytes = packet.readableBytes() - RtpHeader.headerBytes(packet);
        return payloadBytes > 0 && (anyLength || payloadBytes == frame.length || !isConstant(format));
    }

    private static ByteBuf put(ByteBuf packet, AudioFormat format, byte[] frame) {
        int headerBytes = RtpHeader.headerBytes(packet);
        int payloadBytes = packet.readableBytes() - headerBytes;
        boolean constant = isConstant(format);
        int soundBytes = constant ? payloadBytes : frame.length;
        ByteBuf spoken = ByteBufAllocator.DEFAULT.directBuffer(headerBytes + soundBytes);
        spoken.writeBytes(packet, packet.readerIndex(), headerBytes);
        spoken.setByte(0, spoken.getByte(0) & ~PADDING);
        for (int left = soundBytes; left > 0; left -= frame.length) {
            spoken.writeBytes(frame, 0, Math.min(left, frame.length));
        }
        packet.release();
        return spoken;
    }

    @SuppressWarnings("ReferenceEquality") // an equal one of a later agreement costs one asking more
    private @Nullable NoticeFrames sound(Prompt notice, int type, @Nullable RemoteMedia receives) {
        if (receives == null) {
            return null;
        }
        if (receives != agreed) {
            agreed = receives;
            sounds.clear();
        }
        Optional<NoticeFrames> known = sounds.get(type);
        if (known == null) {
            known = made(notice, type, receives);
            sounds.put(type, known);
        }
        return known.orElse(null);
    }

    private Optional<NoticeFrames> made(Prompt notice, int type, RemoteMedia receives) {
        return receives.formats().stream()
                .filter(format -> format.payloadType() == type)
                .findFirst()
                .flatMap(format -> switch (hears) {
                    case OTHER_PARTY -> Optional.<NoticeFrames>empty();
                    // its silence before the words
                    case NOTHING -> source.frames(notice, format).filter(frames -> frames.leadInFrames() > 0);
                    case TONE -> source.tone(format);
                    case NOTICE -> source.frames(notice, format);
                });
    }

    private byte @Nullable [] frame(NoticeFrames of) {
        List<byte[]> frames = of.frames();
        return switch (hears) {
            case OTHER_PARTY -> null;
            // the last again and again: G.722 would tick where its encoder began anew
            case NOTHING -> frames.get(Math.min(next, of.leadInFrames() - 1));
            case TONE -> frames.get(next % frames.size());
            case NOTICE -> next < frames.size() ? frames.get(next) : null;
        };
    }

    /// Whether all packets of that packet time have one length.
    private static boolean isConstant(AudioFormat format) {
        return !format.encodingName().equals("OPUS");
    }
}
