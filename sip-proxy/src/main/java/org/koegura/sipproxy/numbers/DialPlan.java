package org.koegura.sipproxy.numbers;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.numbers.DialledNumber.Showing;

/// How numbers are written at a site in Japan, and what they mean in international form (J4). Pure.
///
/// Read it as a table; the first row that fits counts. `+81` alone as phone context changes nothing, any other is put
/// before a number that does not begin with 0.
///
/// | written | means |
/// |---|---|
/// | `+81 0…` or `+81…` | that, less a 0 that does not belong there |
/// | `+…` | that |
/// | `0` and 9 digits, 0AB-J | `+81` and the 9 digits |
/// | `020`, `050`, `060`, `070`, `080`, `090` and 8 digits | `+81` and the 10 digits |
/// | `010` and 7 to 15 digits | `+` and these digits |
///
/// Before each of them may stand 184 or 186 and the outside-line prefix, in either order. First digits are taken for
/// one
/// of these only where the whole is no number: a 0 for the outside line never spoils `0990…`.
///
/// @param outsidePrefix what a telephone dials first to call out, up to 4 digits; empty where there is none
public record DialPlan(String outsidePrefix) {

    private static final Pattern PREFIX = Pattern.compile("[0-9]{0,4}");
    private static final Pattern GLOBAL = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final Pattern FIXED = Pattern.compile("0[1-9][1-9][0-9]{7}");
    private static final Pattern MOBILE = Pattern.compile("0[25-9]0[0-9]{8}");
    private static final Pattern ABROAD = Pattern.compile("010[1-9][0-9]{6,14}");
    private static final String HOME = "+81";

    /// No outside-line prefix.
    public static final DialPlan NONE = new DialPlan("");

    public DialPlan {
        if (!isPrefix(outsidePrefix)) {
            throw new IllegalArgumentException("outside-line prefix: up to 4 digits are needed");
        }
    }

    /// Whether a text can be an outside-line prefix.
    public static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }

    /// What the number in a `tel:`, `sip:` or `sips:` URI means, or a bare number. Total; what it gives as `e164` means
    /// itself.
    public DialledNumber read(String uri) {
        WrittenNumber written = WrittenNumber.in(uri);
        if (!written.context().isEmpty() && !written.context().equals(HOME)) {
            return joined(written);
        }
        for (Reading reading : readings(written)) {
            String e164 = e164(reading.digits);
            if (e164 != null) {
                return new DialledNumber(written.number(), reading.digits, e164, reading.showing);
            }
        }
        return new DialledNumber(written.number(), written.number(), null, Showing.USUAL);
    }

    /// A country or a region said where the number holds: a 0 in front means something else in each.
    private static DialledNumber joined(WrittenNumber written) {
        String number = written.number();
        String whole = number.startsWith("+") ? number : written.context() + number;
        boolean fits = !number.startsWith("0") && GLOBAL.matcher(whole).matches();
        return new DialledNumber(number, number, fits ? e164(whole) : null, Showing.USUAL);
    }

    /// One way to take a number's first digits.
    record Reading(String digits, Showing showing) {}

    /// Every way, that of no prefix first.
    List<Reading> readings(String uri) {
        return readings(WrittenNumber.in(uri));
    }

    private List<Reading> readings(WrittenNumber written) {
        List<Reading> readings = new ArrayList<>();
        Reading plain = new Reading(written.number(), Showing.USUAL);
        Reading outside = withoutPrefix(plain);
        Reading shown = withoutShowing(plain);
        readings.add(plain);
        addNonNull(readings, outside);
        addNonNull(readings, shown);
        addNonNull(readings, outside == null ? null : withoutShowing(outside));
        addNonNull(readings, shown == null ? null : withoutPrefix(shown));
        return readings;
    }

    private static void addNonNull(List<Reading> readings, @Nullable Reading reading) {
        if (reading != null) {
            readings.add(reading);
        }
    }

    private @Nullable Reading withoutPrefix(Reading from) {
        boolean there = !outsidePrefix.isEmpty() && from.digits.startsWith(outsidePrefix);
        return there ? new Reading(from.digits.substring(outsidePrefix.length()), from.showing) : null;
    }

    private static @Nullable Reading withoutShowing(Reading from) {
        if (from.digits.startsWith("184")) {
            return new Reading(from.digits.substring(3), Showing.WITHHELD);
        }
        return from.digits.startsWith("186") ? new Reading(from.digits.substring(3), Showing.SHOWN) : null;
    }

    private static @Nullable String e164(String digits) {
        if (digits.startsWith(HOME + "0")) {
            return national(digits.substring(HOME.length()));
        }
        if (GLOBAL.matcher(digits).matches()) {
            return digits;
        }
        return ABROAD.matcher(digits).matches() ? e164("+" + digits.substring(3)) : national(digits);
    }

    private static @Nullable String national(String digits) {
        boolean whole =
                FIXED.matcher(digits).matches() || MOBILE.matcher(digits).matches();
        return whole ? HOME + digits.substring(1) : null;
    }
}
