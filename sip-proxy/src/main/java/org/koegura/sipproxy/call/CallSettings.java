package org.koegura.sipproxy.call;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.pressed.PressedActs;

/// What an installation sets about its calls.
///
/// @param refuseWhenUnrecordable R3: true refuses a call that cannot be anchored (488, 500, 503); false lets it pass
/// by us
/// @param codecs in which calls can be announced and kept, and what becomes of the others
/// @param noticeLanguages languages that have a metric label of their own; any other counts as `other`
/// @param sealWait how long an ended call waits for its recording to be sealed before it counts as missing
/// @param silentMax how long an answered call that is not on hold may stay without a packet before it counts as
/// over
/// @param heldSilentMax the same for a call on hold: hold is not death, but a BYE lost on hold must end some
/// day
/// @param liveCallsMax calls up at once; more are refused with 503
/// @param mailboxMax events waiting per call; more are dropped and counted
/// @param pressed what inside telephones may ask for by keys in a call, where policy lets them
public record CallSettings(
        boolean refuseWhenUnrecordable,
        NoticeCodecs codecs,
        Set<String> noticeLanguages,
        Duration sealWait,
        Duration silentMax,
        Duration heldSilentMax,
        int liveCallsMax,
        int mailboxMax,
        PressedActs.Settings pressed) {

    public CallSettings {
        noticeLanguages = Set.copyOf(noticeLanguages);
        if (liveCallsMax < 1 || mailboxMax < 1) {
            throw new IllegalArgumentException("call settings: bounds of at least 1 are needed");
        }
        if (!sealWait.isPositive() || !silentMax.isPositive() || heldSilentMax.compareTo(silentMax) < 0) {
            throw new IllegalArgumentException(
                    "call settings: positive waits are needed, the held one not the shorter");
        }
    }

    /// The same, for a call of which policy says something else.
    CallSettings refusing(boolean refuses) {
        return with(refuses, codecs);
    }

    /// The same, for a call of which policy says what is played; null where nobody knows any more.
    CallSettings announcing(CallFacts.@Nullable Decided decided) {
        return with(refuseWhenUnrecordable, codecs.announcing(decided));
    }

    private CallSettings with(boolean refuses, NoticeCodecs chosen) {
        return new CallSettings(
                refuses,
                chosen,
                noticeLanguages,
                sealWait,
                silentMax,
                heldSilentMax,
                liveCallsMax,
                mailboxMax,
                pressed);
    }

    /// What holds where nothing is set: the call outranks its recording; PCMU, PCMA, G.722 and Opus
    /// are kept, and preferred.
    public static CallSettings defaults() {
        return new CallSettings(
                false,
                new NoticeCodecs(Set.of("PCMU", "PCMA", "G722", "OPUS"), NoticeCodecs.Others.LAST),
                Set.of("ja"),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofHours(12),
                2_000,
                256,
                PressedActs.Settings.NONE);
    }
}
