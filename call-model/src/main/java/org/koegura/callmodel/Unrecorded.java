package org.koegura.callmodel;

/// Why an answered call carries no recording. Each is a metric label and a journal word.
public enum Unrecorded {
    /// Both parties are inside (R6).
    INTERNAL,
    /// No party of it is inside: it came in and went out again, or no identity matches the site's
    /// extensions (J5). The
    /// second outside party could not be told.
    NO_INSIDE_PARTY,
    /// The same INVITE passes through us a second time; its other passage is the one that is recorded.
    SPIRAL,
    /// A call to an emergency number, or a call back from there (N11).
    EMERGENCY,
    /// A line that is never recorded, such as a consultation hotline (N10).
    NEVER_RECORD_LINE,
    /// The other party objected, and policy says that nothing more is kept then (N12).
    OBJECTION,
    /// A number that is passed by, such as a fax line (N11).
    BYPASS_NUMBER,
    /// A fax machine or a modem was heard in its audio (N11).
    FAX,
    /// No codec that we can announce in and keep was negotiated, or audio that no relay of RTP can pass on.
    UNSUPPORTED_CODEC,
    /// The parties agreed on audio sealed between them (SRTP), which passes sealed: nobody on the way can
    /// announce in it or keep it.
    ENCRYPTED_MEDIA,
    /// The answer carries no audio stream.
    NO_AUDIO,
    /// The notice could not be played to its end (N1).
    NOTICE_FAILED,
    /// The call ended before the notice did, or was handed on to a line that is never recorded.
    ENDED_BEFORE_NOTICE,
    /// Staff were to give the notice themselves, and nobody attested it (N5).
    NOT_ATTESTED,
    /// No media port was free, so that the media passes by us.
    NO_PORT,
    /// The offer or answer could not be read, so that the media passes by us.
    UNREADABLE_SDP,
    /// The recording could not be opened or written.
    STORE_FAILED;

    /// Whether policy meant it so; otherwise the recording counts as missing (R5).
    public boolean intended() {
        return switch (this) {
            case INTERNAL,
                    NO_INSIDE_PARTY,
                    SPIRAL,
                    EMERGENCY,
                    NEVER_RECORD_LINE,
                    OBJECTION,
                    BYPASS_NUMBER,
                    FAX,
                    NO_AUDIO,
                    ENDED_BEFORE_NOTICE,
                    NOT_ATTESTED -> true;
            case UNSUPPORTED_CODEC, ENCRYPTED_MEDIA, NOTICE_FAILED, NO_PORT, UNREADABLE_SDP, STORE_FAILED -> false;
        };
    }
}
