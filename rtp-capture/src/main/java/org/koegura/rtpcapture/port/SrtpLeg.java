package org.koegura.rtpcapture.port;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.rtpcapture.meters.RelayCounters.Discarded;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.koegura.rtpcapture.srtp.Outcome;
import org.koegura.rtpcapture.srtp.SrtpReceiver;
import org.koegura.rtpcapture.srtp.SrtpSender;

/// Within steps 1 and 2 of 5 on the packet path: the keys of one leg of one m-line, and what they do to
/// its packets (trap 28).
///
/// What arrives is opened before its source is latched or anybody reads it. What leaves is protected as
/// the last thing of all, in [RelayPort#send], so that relayed packets, the notice and reports of our
/// own all pass there, and nothing plain can.
///
/// Owned by the call's event loop.
public final class SrtpLeg {

    /// No packet grows by more.
    static final int OVERHEAD_BYTES_MAX = SrtpSender.OVERHEAD_BYTES_MAX;

    /// So long after a party changed its key, packets under the one before are still taken: they were
    /// under way.
    static final long FORMER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /// So many keys of a leg are remembered, with how far they were used and what was taken under them: a
    /// re-INVITE that is refused brings the last one back (RFC 3261 §14.1), and never an older one.
    static final int KEYS_MAX = 16;

    private final SequencedMap<MasterKey, SrtpSender> sent = new LinkedHashMap<>();
    private final SequencedMap<MasterKey, SrtpReceiver> heard = new LinkedHashMap<>();
    private SrtpKeys keys;
    private SrtpSender sender;
    private SrtpReceiver receiver;
    private @Nullable SrtpReceiver former;
    private long formerUntilNanos;

    private long changesBefore;

    public SrtpLeg(SrtpKeys keys) {
        this(keys, new SrtpSender(keys.ours()), new SrtpReceiver(keys.theirs()));
    }

    private SrtpLeg(SrtpKeys keys, SrtpSender sender, SrtpReceiver receiver) {
        this.keys = keys;
        this.sender = sender;
        this.receiver = receiver;
    }

    /// Goes on where another process was.
    public static SrtpLeg resumed(SrtpCheckpoint had) {
        MasterKey ours = had.keys().ours();
        return new SrtpLeg(
                had.keys(),
                SrtpSender.resumed(ours, had.sent(), had.claimed().sent()),
                new SrtpReceiver(had.keys().theirs(), had.heard()));
    }

    /// What a checkpoint is to say. Nothing is sent beyond until it is [#kept].
    public SrtpCheckpoint checkpoint(SrtpCheckpoint.Window window) {
        return new SrtpCheckpoint(keys, sender.reserve(window), receiver.checkpoint());
    }

    /// No other process finds what an earlier checkpoint said.
    public void kept(SrtpCheckpoint said) {
        SrtpSender of = said.keys().ours().equals(keys.ours())
                ? sender
                : sent.get(said.keys().ours());
        if (of != null) {
            of.kept(said.sent());
        }
    }

    /// Grows with whatever a checkpoint should say.
    public long changes() {
        return changesBefore + sender.changes() + receiver.changes();
    }

    /// These keys hold from now on. One that stays, or comes back, goes on where it was: it would else
    /// use its indices again.
    public void use(SrtpKeys agreed, long nowNanos) {
        if (agreed.equals(keys)) {
            return;
        }
        changesBefore = changes() + 1;
        if (!agreed.ours().equals(keys.ours())) {
            remember(sent, keys.ours(), sender); // itself: what was reserved of it stands
            SrtpSender known = sent.get(agreed.ours());
            sender = known == null ? new SrtpSender(agreed.ours()) : known;
        }
        if (!agreed.theirs().equals(keys.theirs())) {
            remember(heard, keys.theirs(), receiver); // itself: what it takes as the former counts when it comes back
            former = receiver;
            formerUntilNanos = nowNanos + FORMER_NANOS;
            SrtpReceiver known = heard.get(agreed.theirs());
            receiver = known == null ? new SrtpReceiver(agreed.theirs()) : known;
        }
        keys = agreed;
    }

    private static <T> void remember(SequencedMap<MasterKey, T> used, MasterKey key, T how) {
        used.putLast(key, how);
        if (used.size() > KEYS_MAX) {
            used.pollFirstEntry();
        }
    }

    /// Opens in place what arrived. Returns why it may go no further, or null; it is then as it was.
    @Nullable
    Discarded open(RtpHeader.Kind kind, ByteBuf datagram, long nowNanos) {
        Outcome outcome = open(receiver, kind, datagram);
        SrtpReceiver before = former;
        if (outcome == Outcome.UNAUTHENTIC && before != null && nowNanos - formerUntilNanos < 0) {
            outcome = open(before, kind, datagram);
        }
        return switch (outcome) {
            case PASSED -> null;
            case MALFORMED, UNAUTHENTIC -> Discarded.UNAUTHENTIC;
            case REPEATED -> Discarded.REPEATED;
            case TOO_MANY_SOURCES, KEY_EXHAUSTED, UNRESERVED -> Discarded.KEY_USED_UP;
        };
    }

    private static Outcome open(SrtpReceiver with, RtpHeader.Kind kind, ByteBuf datagram) {
        return switch (kind) {
            case RTP -> with.unprotectRtp(datagram);
            case RTCP -> with.unprotectRtcp(datagram);
            case ZRTP, OTHER -> Outcome.MALFORMED;
        };
    }

    /// Appends to `out` what `plain` is as SRTP. Returns why it cannot be sent, or null.
    @Nullable
    Discarded protect(ByteBuf plain, ByteBuf out) {
        Outcome outcome = switch (RtpHeader.kind(plain)) {
            case RTP -> sender.protectRtp(plain, out);
            case RTCP -> sender.protectRtcp(plain, out);
            case ZRTP, OTHER -> Outcome.MALFORMED;
        };
        return switch (outcome) {
            case PASSED -> null;
            case MALFORMED, UNAUTHENTIC -> Discarded.NOT_RTP;
            case REPEATED -> Discarded.REPEATED;
            case TOO_MANY_SOURCES, KEY_EXHAUSTED, UNRESERVED -> Discarded.KEY_USED_UP;
        };
    }
}
