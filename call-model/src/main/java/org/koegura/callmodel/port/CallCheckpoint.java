package org.koegura.callmodel.port;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.callmodel.srtp.SrtpProfile;

/// What the next process needs to take up an answered call that this one leaves behind by dying. No notice of it
/// is evidence: what was kept states itself.
///
/// It names people and has keys. [#toString()] hides all but the call, and whoever writes it down encrypts it.
///
/// @param facts the call, as the process that dies knew it
/// @param answeredAt when the 2xx passed
/// @param standing whether it was announced and kept
/// @param dialog how its requests are known again
/// @param agreed what its media run by
/// @param media its ports, sources and numbers
public record CallCheckpoint(
        CallFacts facts, Instant answeredAt, Standing standing, Dialog dialog, Agreed agreed, Media media)
        implements LeftCall {

    public CallCheckpoint {
        Objects.requireNonNull(facts);
        Objects.requireNonNull(answeredAt);
        Objects.requireNonNull(standing);
        Objects.requireNonNull(dialog);
        Objects.requireNonNull(agreed);
        Objects.requireNonNull(media);
        if (!isWhole(agreed, media)) {
            throw new IllegalArgumentException("a key of SRTP of which it is not known how far it was used");
        }
    }

    /// Whether the media tell how far each key was used that was agreed. Whoever took up others would use an index
    /// twice.
    public static boolean isWhole(Agreed agreed, Media media) {
        return isWhole(agreed.inside(), media, Leg.INSIDE) && isWhole(agreed.outside(), media, Leg.OUTSIDE);
    }

    private static boolean isWhole(List<RemoteMedia> agreed, Media media, Leg leg) {
        for (int i = 0; i < agreed.size(); i++) {
            int mLine = i;
            SrtpKeys keys = agreed.get(i).srtp();
            boolean known = keys == null
                    || media.lines().stream()
                            .filter(line -> line.mLine() == mLine)
                            .map(line -> line.side(leg).srtp())
                            .anyMatch(used -> used != null && used.keys().equals(keys) && used.speaks());
            if (!known) {
                return false;
            }
        }
        return true;
    }

    /// The same with what whoever takes it up may use of its keys; to be stored before that.
    public CallCheckpoint claimed() {
        List<Line> lines = media.lines().stream().map(Line::claimed).toList();
        return new CallCheckpoint(
                facts,
                answeredAt,
                standing,
                dialog,
                agreed,
                new Media(lines, media.stream(), media.silence(), media.pause()));
    }

    @Override
    public String toString() {
        return "CallCheckpoint[" + facts.call().value() + "]";
    }

    /// Where the call stood. At most one of the three is there; with none, the call is to be left unrecorded.
    ///
    /// @param prompt the notice that was asked for, and not heard in full yet: it is played again
    /// @param basis why capture was lawful; it was on
    /// @param unrecorded why nothing of it is kept
    /// @param forbidden whether nothing may be kept of it any more, exemption or not
    /// @param recording what the process that died wrote; null for nothing
    public record Standing(
            @Nullable Prompt prompt,
            @Nullable CaptureBasis basis,
            @Nullable Unrecorded unrecorded,
            boolean forbidden,
            @Nullable RecordingId recording) {

        public Standing {
            int reasons = (prompt == null ? 0 : 1) + (basis == null ? 0 : 1) + (unrecorded == null ? 0 : 1);
            if (reasons > 1) {
                throw new IllegalArgumentException("standing: at most one of notice, basis and reason is needed");
            }
        }
    }

    /// The dialog that won (RFC 3261 §12).
    ///
    /// @param passage as our Record-Route names it
    /// @param caller leg of whoever sent the INVITE
    /// @param callerTag the caller's tag
    /// @param invite number of the CSeq of the INVITE
    /// @param calleeTag the callee's tag
    /// @param callerAt where the caller's signalling comes from
    /// @param calleeAt where the callee's does
    /// @param forms in which form they speak
    public record Dialog(
            String passage,
            Leg caller,
            String callerTag,
            long invite,
            String calleeTag,
            InetAddress callerAt,
            InetAddress calleeAt,
            Forms forms) {}

    /// In which form the parties of a call speak, for its whole life.
    ///
    /// @param caller what is spoken with whoever sent the INVITE
    /// @param callee with the other likewise
    /// @param adapts whether the call must come through, whatever is set
    public record Forms(SrtpProfile caller, SrtpProfile callee, boolean adapts) {

        /// What the parties agree on passes as it is.
        public static final Forms PASSING = new Forms(SrtpProfile.PASS, SrtpProfile.PASS, false);
    }

    /// What the last exchange of offer and answer settled, by m-line.
    ///
    /// @param inside what the inside party receives
    /// @param outside what the outside party receives
    /// @param audio index of the m-line that is the call's audio
    public record Agreed(List<RemoteMedia> inside, List<RemoteMedia> outside, int audio) {

        public Agreed {
            inside = List.copyOf(inside);
            outside = List.copyOf(outside);
        }
    }

    /// The media of a call.
    ///
    /// @param lines the m-lines that have ports
    /// @param stream what the outside party hears; null while the inside party's packets pass untouched
    /// @param silence what it carries in the place of audio that may be kept; null where it carries such
    /// @param pause of its capture; null where none lasts
    public record Media(
            List<Line> lines,
            @Nullable Stream stream,
            @Nullable Silence silence,
            @Nullable Pause pause) {

        public Media {
            lines = List.copyOf(lines);
        }

        /// Whether a party speaks SRTP, under keys that are here.
        public boolean speaksSrtp() {
            return lines.stream()
                    .anyMatch(line ->
                            line.inside().srtp() != null || line.outside().srtp() != null);
        }

        /// Of a call that carries audio, and is not paused.
        public Media(List<Line> lines, @Nullable Stream stream) {
            this(lines, stream, null, null);
        }
    }

    /// A time without audio that may be kept, which goes on.
    ///
    /// @param reason as the recording is to declare it
    /// @param since when it began
    public record Silence(RecordingSink.Span.Reason reason, Instant since) {}

    /// A pause of capture ([MediaSession#pauseCapture]) that lasts: nothing may be kept before it is over. It says
    /// what is left, not when it ends: the clock may be set while it lasts. It is told anew by the second.
    ///
    /// @param from when it took effect, by the call's own clock
    /// @param left how long it lasts if nobody ends it, at most [MediaSession#PAUSE_MAX]
    /// @param at when that was so, by the clock on the wall
    public record Pause(Instant from, Duration left, Instant at) {

        public Pause {
            if (left.isNegative() || left.compareTo(MediaSession.PAUSE_MAX) > 0) {
                throw new IllegalArgumentException("pause: not longer than it may be");
            }
        }

        /// What is left of it then. Never more than was, should the clock have been set back meanwhile.
        public Duration leftAt(Instant now) {
            Duration passed = Duration.between(at, now);
            if (passed.isNegative()) {
                return left;
            }
            return passed.compareTo(left) < 0 ? left.minus(passed) : Duration.ZERO;
        }
    }

    /// An m-line that has ports.
    ///
    /// @param mLine its index in the SDP, from 0
    public record Line(int mLine, Side inside, Side outside) {

        public Side side(Leg leg) {
            return leg == Leg.INSIDE ? inside : outside;
        }

        private Line claimed() {
            return new Line(mLine, inside.claimed(), outside.claimed());
        }
    }

    /// Our two ports towards a party, and whose packets they take.
    ///
    /// @param rtp an even port; RTCP has the next
    /// @param signalled the last address that the party signalled for RTP, under which its source was latched
    /// @param source latched source of RTP; null before there was one
    /// @param controlSignalled the last address that it signalled for RTCP
    /// @param controlSource latched source of RTCP; null before there was one
    /// @param srtp how far its keys were used; null where it speaks plain RTP
    public record Side(
            InetSocketAddress rtp,
            @Nullable InetSocketAddress signalled,
            @Nullable InetSocketAddress source,
            @Nullable InetSocketAddress controlSignalled,
            @Nullable InetSocketAddress controlSource,
            @Nullable SrtpCheckpoint srtp) {

        /// Of a party that speaks plain RTP.
        public Side(
                InetSocketAddress rtp,
                @Nullable InetSocketAddress signalled,
                @Nullable InetSocketAddress source,
                @Nullable InetSocketAddress controlSignalled,
                @Nullable InetSocketAddress controlSource) {
            this(rtp, signalled, source, controlSignalled, controlSource, null);
        }

        private Side claimed() {
            return new Side(
                    rtp, signalled, source, controlSignalled, controlSource, srtp == null ? null : srtp.claimed());
        }
    }

    /// The one stream that the outside party hears, with notices inside it.
    ///
    /// @param ssrc its source
    /// @param sequence the highest number sent, unwrapped
    /// @param timestamp of that packet
    /// @param at when that was so; the stream has gone on since
    /// @param clockRateHz ticks of its timestamps a second
    /// @param ticksPerPacket ticks that one packet spans
    /// @param packets sent from that source
    /// @param octets of payload sent from it
    /// @param inside how the inside party's packets are put into it; null while a notice speaks in their place
    public record Stream(
            int ssrc,
            long sequence,
            int timestamp,
            Instant at,
            int clockRateHz,
            int ticksPerPacket,
            long packets,
            long octets,
            @Nullable Joint inside) {}

    /// What is added to the inside party's numbers.
    ///
    /// @param ssrc its source
    /// @param sequence modulo 2^16
    /// @param timestamp modulo 2^32
    public record Joint(int ssrc, int sequence, int timestamp) {}
}
