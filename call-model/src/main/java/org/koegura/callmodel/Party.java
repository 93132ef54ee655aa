package org.koegura.callmodel;

/// One party of a call as it was signalled: its address of record, for example `sip:201@example.com` or
/// `tel:+81990123456`.
///
/// [#toString()] hides the address, so that a party can never reach a log line by accident.
public record Party(String addressOfRecord) {

    /// What stands for a party that signalled no identity.
    public static final Party UNKNOWN = new Party("sip:unknown@unknown.invalid");

    public Party {
        if (addressOfRecord.isBlank() || addressOfRecord.length() > 1024) {
            throw new IllegalArgumentException("address of record: 1 to 1024 characters are needed");
        }
    }

    /// The user part (RFC 3261 §19.1.1), the number for `tel:`, or the whole address where there is neither.
    public String number() {
        String rest = addressOfRecord.substring(addressOfRecord.indexOf(':') + 1);
        int at = rest.indexOf('@');
        String user = at < 0 ? rest : rest.substring(0, at);
        int parameters = user.indexOf(';');
        return parameters < 0 ? user : user.substring(0, parameters);
    }

    @Override
    public String toString() {
        return "Party[hidden]";
    }
}
