package org.koegura.rtpcapture.tone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.port.ToneSession;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// One telephone's tone: silence, a short one, a pause, a short one, silence. Owned by its event loop.
final class SpokenTone implements ToneSession {

    private static final int SILENCE_MILLIS = 200;
    private static final int SHORT_MILLIS = 200;
    private static final int PAUSE_MILLIS = 100;

    private final EventLoop loop;
    private final RelayPort rtp;
    private final LocalMedia local;
    private final NoticeSource source;
    private final LongSupplier monotonicNanos;
    private final RandomGenerator random;
    private final Consumer<SpokenTone> closed;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private List<byte[]> frames = List.of();
    private int next;
    private int sequence;
    private int timestamp;
    private int ssrc;
    private @Nullable Future<?> pace;
    private @Nullable Runnable over;

    /// @param closed closes the sockets; on the event loop
    SpokenTone(
            EventLoop loop,
            RelayPort rtp,
            InetSocketAddress rtcp,
            NoticeSource source,
            LongSupplier monotonicNanos,
            RandomGenerator random,
            Consumer<SpokenTone> closed) {
        this.loop = loop;
        this.rtp = rtp;
        this.local = new LocalMedia(rtp.local(), rtcp);
        this.source = source;
        this.monotonicNanos = monotonicNanos;
        this.random = random;
        this.closed = closed;
    }

    @Override
    public LocalMedia local() {
        return local;
    }

    @Override
    public boolean speaks(AudioFormat format) {
        return source.tone(format).isPresent();
    }

    @Override
    public void expect(InetSocketAddress wanted, InetAddress signalling) {
        loop.execute(() -> {
            long now = monotonicNanos.getAsLong();
            rtp.expect(wanted, signalling, now);
            rtp.latch().answered(now);
        });
    }

    @Override
    public void speak(AudioFormat format, Runnable whenOver) {
        loop.execute(() -> begin(format, whenOver));
    }

    private void begin(AudioFormat format, Runnable whenOver) {
        over = whenOver;
        frames = source.tone(format).map(SpokenTone::twice).orElse(List.of());
        sequence = random.nextInt(1 << 16);
        timestamp = random.nextInt();
        ssrc = random.nextInt();
        // by a delay, not a rate: after a stall nothing is sent faster than was negotiated (J2)
        pace = loop.scheduleWithFixedDelay(() -> step(format), 0, format.packetMillis(), TimeUnit.MILLISECONDS);
    }

    /// What is spoken: frames of the tone, and of the silence before it.
    private static List<byte[]> twice(NoticeFrames tone) {
        int millis = tone.format().packetMillis();
        int lead = tone.leadInFrames();
        int shortFrames = Math.min(SHORT_MILLIS / millis, tone.frames().size() - lead);
        List<byte[]> all = new ArrayList<>();
        silence(all, tone, SILENCE_MILLIS);
        all.addAll(tone.frames().subList(lead, lead + shortFrames));
        silence(all, tone, PAUSE_MILLIS);
        all.addAll(tone.frames().subList(lead, lead + shortFrames));
        silence(all, tone, SILENCE_MILLIS);
        return all;
    }

    private static void silence(List<byte[]> all, NoticeFrames tone, int millis) {
        for (int spoken = 0;
                spoken < millis && tone.leadInFrames() > 0;
                spoken += tone.format().packetMillis()) {
            all.add(tone.frames().get(tone.leadInFrames() - 1));
        }
    }

    private void step(AudioFormat format) {
        if (next >= frames.size()) {
            end();
            return;
        }
        byte[] payload = frames.get(next);
        ByteBuf packet = ByteBufAllocator.DEFAULT.directBuffer(RtpHeader.BYTES + payload.length);
        RtpHeader.write(packet, next == 0, format.payloadType(), sequence++ & 0xFFFF, timestamp, ssrc);
        packet.writeBytes(payload);
        timestamp += format.ticksPerPacket();
        next++;
        boolean _ = rtp.send(packet); // counted where there is nowhere to send to
        rtp.flush();
    }

    private void end() {
        Future<?> running = pace;
        Runnable told = over;
        pace = null;
        over = null;
        if (running != null) {
            running.cancel(false);
        }
        if (told != null) {
            told.run();
        }
    }

    /// Whoever closes it waits for nothing any more.
    @Override
    public void close() {
        if (open.getAndSet(false)) {
            loop.execute(() -> {
                over = null;
                end();
                closed.accept(this);
            });
        }
    }
}
