package org.koegura.sipproxy.message;

/// A message cannot be taken as it is. `status` is what RFC 3261 wants answered, where an answer is possible at all.
public final class MessageFault extends Exception {

    private final int status;
    private final Reason reason;
    private final String phrase;

    /// What is wrong; each is a metric label.
    public enum Reason {
        START_LINE,
        HEADER,
        FRAMING,
        VERSION
    }

    public MessageFault(int status, Reason reason, String message) {
        super(message, null, false, false);
        this.status = status;
        this.reason = reason;
        this.phrase = message;
    }

    /// The status code to answer with; its phrase is [#getMessage()].
    public int status() {
        return status;
    }

    /// What is wrong with it.
    public Reason reason() {
        return reason;
    }

    /// What is wrong in words: the reason phrase of an answer.
    @Override
    public String getMessage() {
        return phrase;
    }
}
