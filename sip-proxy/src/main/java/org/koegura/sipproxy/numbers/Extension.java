package org.koegura.sipproxy.numbers;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Party;

/// How journal and recordings name whoever asks by digits: `extension:` and the number of the telephone. No account is
/// called so. Pure.
public final class Extension {

    private static final String BEFORE_NUMBER = "extension:";
    private static final Pattern NUMBER = Pattern.compile("[0-9A-Za-z+]{1,32}");
    private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");

    private Extension() {}

    /// The author of what that telephone asks for; null where it has no name that could stand there: then it may ask
    /// for nothing.
    public static @Nullable String author(Party telephone) {
        String number = SEPARATORS.matcher(telephone.number()).replaceAll("");
        return NUMBER.matcher(number).matches() ? BEFORE_NUMBER + number : null;
    }
}
