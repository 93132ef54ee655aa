package org.koegura.callmodel.replay;

/// How a replay ended. Nothing that breaks one off has it begin again: whoever wants it asks once more.
public enum ReplayEnd {
    /// All of it was sent.
    COMPLETED,
    /// The inside party pressed a key that the other party is to hear.
    KEYS,
    /// The other party does not receive any more: it was put on hold.
    ON_HOLD,
    /// The other party could not be reached, or moved.
    UNREACHABLE,
    /// The codec changed before it began, and the prompt is not there in the new one.
    NO_FRAMES,
    /// A notice that somebody has to hear came: another party's.
    OTHER_NOTICE,
    /// Nothing more of the call is kept, so that the words are not true any more.
    NOT_KEPT,
    /// The call carries no audio that can be read any more: a fax, or keys between the parties.
    NO_AUDIO,
    /// The call is over.
    CALL_ENDED,
    /// A fault of ours.
    PLAYER
}
