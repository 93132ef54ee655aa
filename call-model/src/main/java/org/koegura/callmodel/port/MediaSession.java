package org.koegura.callmodel.port;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.replay.ReplayAnswer;

/// The media of one call: per m-line two legs, each with an RTP and an RTCP port of ours.
///
/// Every method but [#local] MUST NOT block, may be called from any thread, and takes effect on the call's event loop
/// in the order of the calls. After [#close] every method does nothing.
public interface MediaSession {

    /// So long a pause of capture lasts at most (R9).
    Duration PAUSE_MAX = Duration.ofMinutes(5);

    /// Says at which address the signalling of a party is reached: its media ports are of that family, where we have
    /// an address of it. Without effect on an m-line that has its ports already. MUST NOT block.
    void signalledAt(Leg leg, InetAddress address);

    /// Our addresses that the party on `towards` shall send this m-line to. Reserves and binds the ports of *both*
    /// legs at the first call for an m-line; the same answer ever after. Blocks until bound: never call it from an
    /// event loop.
    ///
    /// @param mLine index of the m-line in the SDP, from 0
    /// @throws MediaPlane.NoFreePort nothing was reserved, and the session stays as it was
    LocalMedia local(int mLine, Leg towards) throws MediaPlane.NoFreePort;

    /// Runs what gives several commands, none of them [#local], on the calling thread; they are taken up in one go, for
    /// the event loop is woken once.
    default void together(Runnable commands) {
        commands.run();
    }

    /// Says which m-line is the call's audio: the one announced in and captured. Others are relayed only, and a
    /// recording declares the time in which both parties agreed to one.
    void audio(int mLine);

    /// Says that the call is a fax (T.38) from now on, whatever it was: everything is relayed as it comes,
    /// nothing is announced or captured, until [#audio] names an m-line again. A recording that is being made
    /// declares the time between. Idempotent.
    void fax();

    /// Says that a fax machine in the call's audio is not listened for ([MediaEvents#faxHeard]), whatever its parties
    /// send.
    void ignoreFaxTones();

    /// Says that the parties seal their audio between them from now on (SRTP): everything is relayed as
    /// it comes, nothing is announced or captured, until [#audio] names an m-line again. A recording
    /// that is being made declares the time between. Idempotent.
    void encrypted();

    /// Says that a party offers to: the other one may do so at once, ahead of its answer, and nobody
    /// could tell. Nothing is captured until [#audio] or [#encrypted] says what came of it; all else
    /// goes on. A recording declares the time between.
    void mayBeEncrypted();

    /// Applies what the party on `leg` agreed to receive on an m-line. Called for offers only once they are answered,
    /// for all m-lines of the inside party first, and idempotent, so that retransmissions may call it again.
    void agree(int mLine, Leg leg, RemoteMedia remote);

    /// Says which payload types a party offers to receive on an m-line of a call that is up. The other party
    /// may send them at once, ahead of its answer: capture keeps them from now on. What they mean is said by
    /// [#agree], if the offer is accepted.
    void offered(int mLine, List<Integer> payloadTypes);

    /// Says that the 2xx passed: sources are learnt for 3 s more (trap 27), and the notice may start.
    void answered();

    /// Says that the ACK passed: the notice that was asked for starts now, if it has not yet.
    void acknowledged();

    /// Plays the notice to the outside party: from the ACK or its first RTP packet, at the latest 1 s after
    /// [#answered]. Ends in exactly one of [MediaEvents#noticeHeard] and [MediaEvents#noticeFailed], unless
    /// [#stopNotice] or [#close] comes first. One repeat is the plane's own (requirements, "notified").
    void playNotice(Prompt prompt);

    /// Plays the notice to the outside party before anybody answers, from now on (N3). Ends in exactly one of
    /// [MediaEvents#earlyNoticeHeard] and [MediaEvents#earlyNoticeFailed], also where the answer comes meanwhile,
    /// unless [#stopNotice] or [#close] comes first. One repeat, as of any.
    ///
    /// From then on until [#answered] the outside party hears ringback, in packets of ours, as long as no notice
    /// speaks and the inside party has not said where it is.
    void playEarlyNotice(Prompt prompt);

    /// Plays ringback alone, as after such a notice, to an outside party that was told by us where it rings, and is not
    /// to hear a notice any more. Until [#answered].
    void playRingback();

    /// Stops the notice within one packet time, and relays the inside party's stream again. Does nothing if none plays.
    void stopNotice();

    /// Plays a prompt to the outside party once more, in the middle of a call that is kept (N13): at
    /// once, in the stream, as a notice, and once; capture goes on, and a recording declares it.
    /// Whatever breaks it off ends it, [#playNotice] and [#newParty] among that.
    ///
    /// @param answer told exactly once, on the call's event loop, whether it plays; never after
    ///     [#close]. Where it does, one [MediaEvents#replayOver] follows. MUST NOT block
    void replayNotice(Prompt prompt, Consumer<ReplayAnswer> answer);

    /// Captures from the next packet on. The basis is what makes it lawful; there is no capture without one.
    /// Opening the recording happens on a writer's thread; if that fails, [MediaEvents#captureFailed] follows.
    void startCapture(RecordingId recording, CallFacts facts, CaptureBasis basis);

    /// Says that nothing of the call is recorded from now on, so that its packets count as withheld for `why`. Capture
    /// that
    /// is on, or waits for the answer, ends: what it kept stays, and is sealed at [#close].
    void bypass(Unrecorded why);

    /// Pauses capture (R9): relay goes on, and nothing of either party is kept from the next packet on, until
    /// [#resumeCapture], or until `atMost` is over by the plane's own clock, since whoever paused it may be gone.
    /// Each packet counts as withheld, and a recording declares the time. Who may do so and why is the caller's
    /// to check and to journal.
    ///
    /// A pause opens nothing early: one before capture, or during the notice, holds when capture begins. While one
    /// lasts, another changes nothing, its end neither. It holds across a kill, once that is checkpointed
    /// ([CallCheckpoint.Pause]). Each ends in exactly one [MediaEvents#captureResumed].
    ///
    /// @param atMost more than nothing, at most [#PAUSE_MAX]
    /// @throws IllegalArgumentException it is not
    void pauseCapture(Duration atMost);

    /// Ends the pause; capture goes on with the next packet, if it was on. Does nothing where none lasts.
    void resumeCapture();

    /// Says that somebody else stands on the outside leg (N2): relay goes on, and nothing of either
    /// party is kept from the next packet on, until [#captureAgain]. Each packet counts as withheld, and
    /// a recording declares the time. Does nothing where capture is not on.
    void newParty();

    /// Captures on, into the same recording, after [#newParty]: from the next packet on, and from none that
    /// came before the basis was given. The basis goes into the recording. Does nothing where no new
    /// party is waited for.
    ///
    /// @param basis why that is lawful towards the new party
    void captureAgain(CaptureBasis basis);

    /// Says which keys of the inside party's telephone are codes from now on, where telephone events
    /// (RFC 4733) are agreed (F2); none, where it is empty. Presses that may become one are kept from
    /// the outside party, whose stream goes on with no gap in its numbers; a code is told by
    /// [MediaEvents#codePressed]; what turns out to be none is told to the outside party as fresh
    /// events, in its order, within two seconds of the last press. What is recorded is what came.
    ///
    /// @param codes each 1 to 16 of `0` to `9`, `*` and `#`, none the beginning of another
    void heedCodes(Set<String> codes);

    /// Lets the inside party, and nobody else, hear what came of its code: in the outside party's
    /// packets, where it sends any.
    ///
    /// @param done whether what it asks for was done
    void confirm(boolean done);

    /// Says that what [MediaEvents#moved] told is what the next process finds, or that it finds nothing of the call:
    /// indices of SRTP that it reserves may be used (trap 28).
    void checkpointed(CallCheckpoint.Media told);

    /// Ends the media: relays nothing more, frees the ports, seals the recording if one was opened, then calls
    /// [MediaEvents#closed] exactly once.
    ///
    /// @param end why, as the recording states it
    void close(EndReason end);

    /// Where a party shall send, in the words of SDP: `c=`, the port of `m=`, and `a=rtcp`.
    record LocalMedia(InetSocketAddress rtp, InetSocketAddress rtcp) {}
}
