package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.rtpcapture.codes.PressedCodes;
import org.koegura.rtpcapture.meters.RelayCounters;
import org.koegura.rtpcapture.meters.RelayCounters.Discarded;
import org.koegura.rtpcapture.rtp.OutboundStream;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Within step 2 of 5 on the packet path: the keys that the inside party of one call presses (F2),
/// where somebody heeds them. A packet of a press that is withheld is left out of the numbers that the
/// outside party sees; where a telephone sends no audio while a key is down, silence goes out in its
/// place, so that the stream does not stand still.
///
/// Owned by the call's event loop; costs a packet of audio nothing.
final class InsideKeys implements PressedCodes.Stage {

    private static final Logger LOG = LoggerFactory.getLogger(InsideKeys.class);

    /// Telephones tell of an event every 50 ms at least (RFC 4733 §2.5.1.2): so many packets of silence
    /// at a time.
    private static final int SILENCES_MAX = 6;

    private final CallId call;
    private final OutboundStream outbound;
    private final NoticeSource source;
    private final MediaEvents events;
    private final RelayCounters counters;
    private final LongConsumer eventSeen;
    private final PressedCodes codes;

    private @Nullable MediaLine line;
    private int audioPayloadType = -1;

    /// @param eventSeen told of each packet of an event that goes out, with its time
    InsideKeys(
            CallId call,
            OutboundStream outbound,
            NoticeSource source,
            MediaEvents events,
            RelayCounters counters,
            LongConsumer eventSeen) {
        this.call = call;
        this.outbound = outbound;
        this.source = source;
        this.events = events;
        this.counters = counters;
        this.eventSeen = eventSeen;
        this.codes = new PressedCodes(this, outbound);
    }

    void on(@Nullable MediaLine audioLine) {
        line = audioLine;
    }

    void heed(Set<String> which) {
        codes.heed(which);
    }

    /// Whether there are codes, or were.
    boolean heeded() {
        return codes.heeded();
    }

    void end() {
        codes.end();
    }

    /// Whether presses are told again just now, in the inside party's place.
    boolean speaks() {
        return codes.speaks();
    }

    /// Whether packets of the inside party have to come by us.
    boolean busy() {
        return codes.busy();
    }

    /// See [PressedCodes#advance].
    long advance(long nowNanos) {
        return codes.advance(nowNanos);
    }

    /// One packet of telephone events. Returns whether it goes no further.
    ///
    /// @param spoken whether something of ours speaks in the inside party's place
    boolean withholds(ByteBuf packet, int audioType, boolean spoken, long nowNanos) {
        audioPayloadType = audioType;
        if (!codes.withholds(packet, nowNanos)) {
            return false;
        }
        if (spoken || codes.speaks()) {
            outbound.withhold(packet, nowNanos);
        } else {
            outbound.swallow(packet, outsideFormat(), nowNanos);
            sendSilence(nowNanos);
        }
        counters.discarded(Leg.INSIDE, Discarded.CODE);
        return true;
    }

    private void sendSilence(long nowNanos) {
        AudioFormat format = outsideFormat();
        NoticeFrames sound = format == null ? null : source.tone(format).orElse(null);
        if (format == null || sound == null || sound.leadInFrames() == 0) {
            return; // as from a telephone that suppresses silence
        }
        byte[] silence = sound.frames().get(sound.leadInFrames() - 1);
        for (int i = 0; i < SILENCES_MAX && outbound.lacksAudio(format, nowNanos); i++) {
            ByteBuf packet = ByteBufAllocator.DEFAULT.directBuffer(RtpHeader.BYTES + silence.length);
            outbound.writeInstead(packet, format, silence, nowNanos);
            send(packet);
        }
    }

    private void send(ByteBuf packet) {
        MediaLine on = line;
        if (on == null) {
            packet.release();
        } else if (on.side(Leg.OUTSIDE).rtp().send(packet)) {
            counters.sent(Leg.OUTSIDE);
        }
    }

    /// That in which the inside party speaks, else the first.
    @Override
    public @Nullable AudioFormat outsideFormat() {
        MediaLine on = line;
        RemoteMedia outside = on == null ? null : on.side(Leg.OUTSIDE).agreed();
        if (outside == null || outside.formats().isEmpty()) {
            return null;
        }
        return outside.formats().stream()
                .filter(format -> format.payloadType() == audioPayloadType)
                .findFirst()
                .orElse(outside.formats().getFirst());
    }

    @Override
    public void event(long nowNanos) {
        eventSeen.accept(nowNanos);
    }

    @Override
    public void sendEvent(int payloadType, int event, boolean first, int ticks, boolean ended, long nowNanos) {
        ByteBuf packet = ByteBufAllocator.DEFAULT.directBuffer(RtpHeader.BYTES + Integer.BYTES);
        outbound.writeEvent(packet, payloadType, event, first, ticks, ended, nowNanos);
        send(packet);
        MediaLine on = line;
        if (on != null) {
            on.flush();
        }
    }

    @Override
    public void code(String keys) {
        LOG.debug("media.code.pressed call={}", call);
        events.codePressed(keys);
    }

    @Override
    public void pressDropped() {
        counters.discarded(Leg.INSIDE, Discarded.CODE);
    }

    @Override
    public void broken(RuntimeException cause) {
        LOG.error("media.code.broken call={}", call, cause);
    }
}
