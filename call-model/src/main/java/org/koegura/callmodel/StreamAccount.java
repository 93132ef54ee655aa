package org.koegura.callmodel;

import java.util.EnumMap;
import java.util.Map;

/// Accounts for every RTP packet received on one leg's audio stream (R8):
/// `received = recorded + lost + the sum of withheld`.
///
/// @param leg on which the packets arrived
/// @param received RTP packets admitted from the latched source
/// @param recorded packets that are in the recording
/// @param lost packets received while capture was on and not kept; each is also in a [Gap]
/// @param withheld packets received while capture was off, by reason; absent means none
public record StreamAccount(Leg leg, long received, long recorded, long lost, Map<Withheld, Long> withheld) {

    /// Why a received packet was not captured, and rightly so.
    public enum Withheld {
        BEFORE_NOTICE,
        NOTICE,
        /// Capture was paused (R9).
        PAUSE,
        /// Somebody new stood on the outside leg, and was not told yet (N2).
        NEW_PARTY,
        /// The other party objected, and nothing more is kept (N12).
        OBJECTION,
        /// A fax machine or a modem was heard, and nothing more is kept (N11).
        FAX,
        /// The call is not to be recorded.
        BYPASS,
        /// A command of the signalling found no room and was lost, so that nobody knows what may be kept. The recording
        /// is partial for that.
        COMMAND_LOST,
        /// Its payload type is none that was negotiated as audio we keep.
        NOT_AUDIO,
        /// It arrived after the call had ended.
        AFTER_END
    }

    public StreamAccount {
        withheld = Map.copyOf(withheld);
        long accounted = recorded
                + lost
                + withheld.values().stream().mapToLong(Long::longValue).sum();
        if (accounted != received) {
            throw new IllegalArgumentException(
                    "stream account: " + received + " received, but " + accounted + " accounted for");
        }
    }

    /// An account of nothing, to start from.
    public static StreamAccount empty(Leg leg) {
        return new StreamAccount(leg, 0, 0, 0, new EnumMap<>(Withheld.class));
    }
}
