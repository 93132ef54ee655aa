package org.koegura.sipproxy.numbers;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Which Request-URIs call for help (N11): the listed numbers in every writing of the dial plan, and
/// `urn:service:sos` with its sub-services (RFC 5031). Pure.
///
/// @param plan how the site writes numbers
/// @param numbers such as 110, 118, 119
public record EmergencyNumbers(DialPlan plan, Set<String> numbers) {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{2,8}");
    private static final Pattern SOS = Pattern.compile("urn:service:sos(\\.[a-z0-9.-]+)?");

    /// Police, coast guard, fire and ambulance.
    public static final Set<String> JAPAN = Set.of("110", "118", "119");

    public EmergencyNumbers {
        numbers = Set.copyOf(numbers);
        if (!numbers.stream().allMatch(EmergencyNumbers::isNumber)) {
            throw new IllegalArgumentException("emergency number: 2 to 8 digits are needed");
        }
    }

    /// Whether a text can be an emergency number.
    public static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /// Whether a URI names a service instead of a host: a neighbour knows where it is.
    public static boolean isService(String uri) {
        return uri.regionMatches(true, 0, "urn:", 0, 4)
                && SOS.matcher(uri.toLowerCase(Locale.ROOT)).matches();
    }

    /// Whether a request with that Request-URI calls for help. Total.
    public boolean isOne(String requestUri) {
        return isService(requestUri)
                || plan.readings(requestUri).stream()
                        .map(DialPlan.Reading::digits)
                        .map(digits -> digits.startsWith("+81") ? digits.substring(3) : digits)
                        .anyMatch(numbers::contains);
    }
}
