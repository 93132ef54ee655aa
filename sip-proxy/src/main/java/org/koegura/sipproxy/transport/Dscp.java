package org.koegura.sipproxy.transport;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The mark that our packets bear, so that routers know what comes first (RFC 2474, J2). What a received packet bears
/// is never read: nobody can raise its own priority.
///
/// @param codePoint 0 to 63
public record Dscp(int codePoint) {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,2}");
    private static final Pattern SELECTOR = Pattern.compile("CS([0-7])");
    private static final Pattern ASSURED = Pattern.compile("AF([1-4])([1-3])");

    /// What signalling usually bears (RFC 4594 §3.2 knows CS5 too).
    public static final Dscp CS3 = new Dscp(24);

    public Dscp {
        if (codePoint < 0 || codePoint > 63) {
            throw new IllegalArgumentException("code point: 0 to 63 is needed");
        }
    }

    /// Reads `CS0` to `CS7`, `AF11` to `AF43` (RFC 2597), `EF` (RFC 3246), or 0 to 63; null where it is none.
    public static @Nullable Dscp parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        if (NUMBER.matcher(name).matches()) {
            int codePoint = Integer.parseInt(name);
            return codePoint > 63 ? null : new Dscp(codePoint);
        }
        Matcher selector = SELECTOR.matcher(name);
        if (selector.matches()) {
            return new Dscp(8 * Integer.parseInt(selector.group(1)));
        }
        Matcher assured = ASSURED.matcher(name);
        if (assured.matches()) {
            return new Dscp(8 * Integer.parseInt(assured.group(1)) + 2 * Integer.parseInt(assured.group(2)));
        }
        return name.equals("EF") ? new Dscp(46) : null;
    }

    /// As the option of a socket wants it: the two bits below belong to congestion (RFC 3168).
    int typeOfService() {
        return codePoint << 2;
    }
}
