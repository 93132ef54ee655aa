package org.koegura.server.config;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.announcement.OwnPrompts;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.routing.EarlyProof;
import org.koegura.sipproxy.routing.Extensions;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.TrunkProfile;
import org.koegura.storageclient.StoreSettings;

/// What settings say, out of the words of file and options. Each returns null where a text says nothing that is
/// allowed. Stateless.
final class Readers {

    /// Of one list on one line.
    private static final int NUMBERS_MAX = 64;

    private static final int LISTED_MAX = 8;
    private static final int GROUND_TEXT_MAX = 1000;
    private static final Pattern MANY_DIGITS = Pattern.compile("(?:[0-9][-(). ]*){6}");
    private static final Pattern ADDRESS_ONLY = Pattern.compile("[0-9.]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([KMGT]iB)?");
    private static final int DNS_PORT = 53;
    private static final int NAME_SERVERS_MAX = 3;
    private static final int REHEARSAL_CALLS_MAX = 10_000;
    private static final long RING_BYTES_MOST = 900L << 40;
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})(s|min|h)?");

    private Readers() {}

    static @Nullable HostPort hostPort(String text) {
        HostPort at = orNull(HostPort::parse).apply(text);
        return at == null || !isHost(at.host()) || (at.host().indexOf(':') >= 0) != text.startsWith("[") ? null : at;
    }

    static @Nullable List<NextHop> nextHops(String text) {
        List<NextHop> hops = orNull(NextHop::list).apply(text);
        return hops != null && hops.stream().allMatch(hop -> isHost(hop.host())) ? hops : null;
    }

    /// Several with commas between; null where one of them is none.
    static <T> @Nullable List<T> list(String text, Function<String, @Nullable T> reader) {
        return list(text, LISTED_MAX, reader);
    }

    private static <T> @Nullable List<T> list(String text, int most, Function<String, @Nullable T> reader) {
        List<T> all = new ArrayList<>();
        for (String one : text.strip().split("\\s*,\\s*", -1)) {
            T value = reader.apply(one);
            if (value == null || all.size() == most) {
                return null;
            }
            all.add(value);
        }
        return List.copyOf(all);
    }

    /// Digits in a row are taken for a telephone number, which the journal holds none of.
    static @Nullable String groundText(String text) {
        boolean plain = text.codePoints().noneMatch(Character::isISOControl);
        return plain
                        && !text.isBlank()
                        && text.length() <= GROUND_TEXT_MAX
                        && !MANY_DIGITS.matcher(text).find()
                ? text.strip()
                : null;
    }

    static @Nullable String promptName(String text) {
        return OwnPrompts.isName(text) ? text : null;
    }

    static @Nullable List<HostPort> nameServers(String text) {
        List<HostPort> servers = new ArrayList<>();
        for (String one : text.strip().split("\\s*,\\s*", -1)) {
            boolean bare = literal(one) != null;
            HostPort server = bare ? new HostPort(one, DNS_PORT) : hostPort(one);
            if (server == null || server.port() == 0 || literal(server.host()) == null) {
                return null;
            }
            servers.add(server);
        }
        return servers.size() <= NAME_SERVERS_MAX ? List.copyOf(servers) : null;
    }

    static @Nullable Integer mtu(String text) {
        int octets = text.matches("[1-9][0-9]{2,4}") ? Integer.parseInt(text) : 0;
        return octets >= TrunkProfile.MTU_LEAST && octets <= TrunkProfile.MTU_MOST ? Integer.valueOf(octets) : null;
    }

    static @Nullable List<EarlyProof> earlyProofs(String text) {
        return list(text, Neighbour.SERVERS_MAX, Readers::earlyProof);
    }

    private static @Nullable EarlyProof earlyProof(String text) {
        String[] words = text.strip().split("\\s+", -1);
        String host = words[0];
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (words.length != 2 || !isHost(bare) || (bracketed && bare.indexOf(':') < 0)) {
            return null;
        }
        try {
            return new EarlyProof(bare, LocalDate.parse(words[1]));
        } catch (DateTimeParseException noDay) {
            return null;
        }
    }

    static @Nullable Integer rate(String text) {
        int most = AdmissionSettings.RATE_MAX;
        return text.matches("[1-9][0-9]{0,6}") && Integer.parseInt(text) <= most ? Integer.valueOf(text) : null;
    }

    static @Nullable Integer rehearsal(String text) {
        return text.matches("0|[1-9][0-9]{0,4}") && Integer.parseInt(text) <= REHEARSAL_CALLS_MAX
                ? Integer.valueOf(text)
                : null;
    }

    static @Nullable Extensions extensions(String text) {
        return orNull((String list) -> new Extensions(List.of(list.strip().split("\\s*,\\s*", -1))))
                .apply(text);
    }

    /// Each with its prefix: whoever writes `192.0.2.0` hardly means that one address.
    static @Nullable Networks networks(String text) {
        boolean whole = Stream.of(text.split(",", -1)).allMatch(one -> one.indexOf('/') >= 0);
        return whole ? orNull(Networks::parse).apply(text) : null;
    }

    static @Nullable Set<String> numbers(String text, Predicate<String> is) {
        List<String> all = List.of(text.strip().split("\\s*,\\s*", -1));
        return all.size() <= NUMBERS_MAX && all.stream().allMatch(is) ? Set.copyOf(all) : null;
    }

    static @Nullable Long ringBytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            return null;
        }
        int shift = switch (String.valueOf(size.group(2))) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case "TiB" -> 40;
            default -> 0;
        };
        long count = Long.parseLong(size.group(1));
        boolean fits = count <= RING_BYTES_MOST >> shift && count << shift >= StoreSettings.RING_BYTES_MIN;
        return fits ? count << shift : null;
    }

    static @Nullable String reachable(String text) {
        if (!isHost(text)) {
            return null;
        }
        InetAddress literal = literal(text);
        return literal != null && (literal.isAnyLocalAddress() || literal.isMulticastAddress()) ? null : text;
    }

    static boolean isHost(String host) {
        return (host.indexOf(':') >= 0 || ADDRESS_ONLY.matcher(host).matches())
                ? literal(host) != null
                : NAME.matcher(host).matches();
    }

    /// The address that is written out; null for a name. Asks nobody.
    static @Nullable InetAddress literal(String host) {
        return orNull(InetAddress::ofLiteral).apply(host);
    }

    static @Nullable Path directory(String text) {
        try {
            return text.isBlank() ? null : Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            return null;
        }
    }

    static @Nullable Duration duration(String text, Duration least, Duration most) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return null;
        }
        long count = Long.parseLong(amount.group(1));
        Duration duration = switch (String.valueOf(amount.group(2))) {
            case "h" -> Duration.ofHours(count);
            case "min" -> Duration.ofMinutes(count);
            default -> Duration.ofSeconds(count);
        };
        return duration.compareTo(least) < 0 || duration.compareTo(most) > 0 ? null : duration;
    }

    static <T> Function<String, @Nullable T> choice(String one, T oneValue, String other, T otherValue) {
        return text -> text.equals(one) ? oneValue : text.equals(other) ? otherValue : null;
    }

    /// The same, where a text that cannot be read is an expected outcome.
    static <T> Function<String, @Nullable T> orNull(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                return null;
            }
        };
    }
}
