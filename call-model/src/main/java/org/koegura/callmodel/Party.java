package org.koegura.callmodel;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One party of a call: its address of record as it was signalled, for example `sip:201@example.com` or
/// `tel:+81990123456`, and what that means as a number.
///
/// [#toString()] hides the address, so that a party can never reach a log line by accident.
///
/// @param addressOfRecord as signalled; of a party that withholds its number one that says nothing
/// @param e164 the same number in international form, `+` and digits; null where it is none, or is withheld
/// @param anonymity why the number is withheld; null where it is not
public record Party(
        String addressOfRecord,
        @Nullable String e164,
        @Nullable Anonymity anonymity) {

    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{1,14}");

    /// The address of whoever withholds its own (RFC 3323 §4.1.1.3).
    private static final String WITHHELD = "sip:anonymous@anonymous.invalid";

    /// What stands for a party that signalled no identity.
    public static final Party UNKNOWN = new Party("sip:unknown@unknown.invalid");

    public Party {
        if (addressOfRecord.isBlank() || addressOfRecord.length() > 1024) {
            throw new IllegalArgumentException("address of record: 1 to 1024 characters are needed");
        }
        if (e164 != null && !E164.matcher(e164).matches()) {
            throw new IllegalArgumentException("number: + and 2 to 15 digits are needed");
        }
        if (anonymity != null && (e164 != null || !addressOfRecord.equals(WITHHELD))) {
            throw new IllegalArgumentException("a party that withholds its number has none here");
        }
    }

    /// A party of whom the address is known, and no number.
    public Party(String addressOfRecord) {
        this(addressOfRecord, null, null);
    }

    /// A party that withholds its number: nothing else is known of it (RFC 3325).
    public static Party withheld(Anonymity anonymity) {
        return new Party(WITHHELD, null, anonymity);
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
