package org.koegura.sipproxy.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/// Counts messages and times transactions. Methods and codes outside of closed lists share the label `other`, so that a
/// peer cannot make labels up; every series exists from 0. Safe from any thread.
public final class SipMeters {

    private static final String OTHER = "other";

    private static final List<String> METHODS = List.of(
            "INVITE",
            "ACK",
            "BYE",
            "CANCEL",
            "REGISTER",
            "OPTIONS",
            "PRACK",
            "UPDATE",
            "INFO",
            "SUBSCRIBE",
            "NOTIFY",
            "REFER",
            "MESSAGE",
            "PUBLISH",
            OTHER);

    /// Codes of their own for INVITE: how a call that is not answered fails is told by them.
    private static final List<Integer> INVITE_CODES = List.of(
            100, 180, 181, 182, 183, 199, 200, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406, 407, 408,
            410, 413, 414, 415, 416, 420, 421, 422, 433, 480, 481, 482, 483, 484, 485, 486, 487, 488, 491, 493, 494,
            500, 501, 502, 503, 504, 505, 513, 580, 600, 603, 604, 606, 607, 608);

    /// Codes of their own for all other methods.
    private static final List<Integer> OTHER_CODES = List.of(
            100, 200, 202, 400, 401, 403, 404, 405, 407, 408, 416, 420, 423, 480, 481, 482, 483, 489, 500, 501, 503,
            504, 505);

    private static final List<String> PARSE_ERRORS = List.of("start_line", "header", "framing", "version", "junk");

    /// Why a message was not worked on.
    public enum Dropped {
        /// Its lane or all lanes were full; requests got 503.
        LANE_FULL,
        /// The stack holds as many transactions as it may.
        TRANSACTIONS,
        /// A response that belongs to nothing of ours, or would go to no single host.
        STRAY_RESPONSE,
        /// An ACK or a CANCEL that belongs to nothing of ours and can be routed nowhere.
        STRAY_REQUEST,
        /// An ACK or a CANCEL that goes round in a circle.
        LOOP,
        /// A TCP or TLS connection more than may be open at once.
        CONNECTIONS,
        /// A message for a TCP or TLS peer that does not read what it was sent before.
        PEER_DOES_NOT_READ,
        /// A TLS connection whose peer and we do not agree on a version or a certificate.
        HANDSHAKE
    }

    private final MeterRegistry metrics;
    private final Faults faults;

    /// The meters of messages: to look one up in the registry costs more than to scan the message. Bounded by the
    /// closed lists.
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    /// Which counter: requests have no code, retransmissions neither code nor direction.
    private record Key(String method, String code, String direction) {}

    public SipMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        this.faults = new Faults(metrics);
        METHODS.forEach(this::register);
        for (Protocol protocol : Protocol.values()) {
            PARSE_ERRORS.forEach(reason -> parseErrors(protocol, reason));
        }
        for (Dropped why : Dropped.values()) {
            drops(why);
        }
        pathMissing();
        contactsTooLong();
        flowsForgotten();
        registrarsForgotten();
        callsForHelpForgotten();
        emergencyLinesForgotten();
        refersForgotten();
    }

    private void register(String method) {
        for (String direction : List.of("in", "out")) {
            requests(method, direction);
            if (!method.equals("ACK")) { // which is never answered
                codes(method).forEach(code -> responses(method, code, direction));
                responses(method, 0, direction);
            }
        }
        retransmissions(method);
        if (!method.equals("ACK")) {
            durations(method);
        }
    }

    /// When our certificate ends, where there is one.
    public <T> void certificate(T identity, ToDoubleFunction<T> expiryEpochSeconds) {
        Gauge.builder("koegura.credential.expiry.timestamp.seconds", identity, expiryEpochSeconds)
                .description("Expiry of certificates, trunk accounts, tokens, licences.")
                .tags("kind", "tls", "name", "sip")
                .strongReference(true)
                .register(metrics);
    }

    /// Where faults of our own are counted.
    public Faults faults() {
        return faults;
    }

    /// A request came in.
    public void requestIn(String method) {
        requests(method, "in").increment();
    }

    /// A request went out, repeats not counted.
    public void requestOut(String method) {
        requests(method, "out").increment();
    }

    /// A response came in.
    public void responseIn(String method, int status) {
        responses(method, status, "in").increment();
    }

    /// A response went out, repeats not counted.
    public void responseOut(String method, int status) {
        responses(method, status, "out").increment();
    }

    /// A message was repeated, by a peer or by us.
    public void retransmitted(String method) {
        retransmissions(method).increment();
    }

    /// What arrived was no message that can be taken.
    public void parseError(Protocol protocol, String reason) {
        parseErrors(protocol, reason).increment();
    }

    /// A message was not worked on.
    public void dropped(Dropped why) {
        drops(why).increment();
    }

    /// A registrar confirmed a registration without our Path: calls to that telephone will pass us by.
    public void registeredWithoutPath() {
        pathMissing().increment();
    }

    /// A REGISTER passed with Path to a registrar that keeps none: a Contact of ours would have been too long.
    public void contactTooLong() {
        contactsTooLong().increment();
    }

    /// The connection of a telephone was forgotten: more telephones registered than are remembered.
    public void flowForgotten() {
        flowsForgotten().increment();
    }

    /// What was learnt of a registrar was forgotten: more of them, or of their telephones, came than are remembered.
    public void registrarForgotten() {
        registrarsForgotten().increment();
    }

    /// A call for help was forgotten: it has no room of its own any more.
    public void callForHelpForgotten() {
        callsForHelpForgotten().increment();
    }

    /// A line that called for help was forgotten before its hour was over: more of them did than are remembered.
    public void emergencyLineForgotten() {
        emergencyLinesForgotten().increment();
    }

    /// A REFER was forgotten before whoever was asked may have called: more came than are remembered.
    public void referForgotten() {
        refersForgotten().increment();
    }

    /// A request waits for its final response from now on; to be run when it has it.
    public Runnable awaitsFinal(String method) {
        Timer.Sample since = Timer.start(metrics);
        return () -> since.stop(durations(method));
    }

    private static List<Integer> codes(String method) {
        return method.equals("INVITE") ? INVITE_CODES : OTHER_CODES;
    }

    private static String label(String method) {
        return METHODS.contains(method) ? method : OTHER;
    }

    private Counter requests(String method, String direction) {
        return counters.computeIfAbsent(
                new Key(label(method), "", direction),
                key -> Counter.builder("koegura.sip.requests")
                        .description("SIP requests handled.")
                        .tags("method", key.method(), "direction", key.direction())
                        .register(metrics));
    }

    private Counter responses(String method, int status, String direction) {
        String code = codes(method).contains(status) ? Integer.toString(status) : OTHER;
        return counters.computeIfAbsent(
                new Key(label(method), code, direction),
                key -> Counter.builder("koegura.sip.responses")
                        .description("SIP responses relayed or generated, by exact status code.")
                        .tags("method", key.method(), "direction", key.direction())
                        .tag("code", key.code())
                        .register(metrics));
    }

    private Counter retransmissions(String method) {
        return counters.computeIfAbsent(
                new Key(label(method), "", ""),
                key -> Counter.builder("koegura.sip.retransmissions")
                        .description("SIP messages retransmitted.")
                        .tag("method", key.method())
                        .register(metrics));
    }

    private Timer durations(String method) {
        return timers.computeIfAbsent(
                label(method),
                known -> Timer.builder("koegura.sip.transaction.duration")
                        .description("Request to final response (RFC 6076 SRD/RRD inputs).")
                        .tag("method", known)
                        .serviceLevelObjectives(
                                LongStream.of(50, 100, 250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000)
                                        .mapToObj(Duration::ofMillis)
                                        .toArray(Duration[]::new))
                        .register(metrics));
    }

    private Counter parseErrors(Protocol protocol, String reason) {
        return Counter.builder("koegura.sip.parse.errors")
                .description("SIP messages dropped as unparsable.")
                .tags("transport", protocol.parameter(), "reason", reason)
                .register(metrics);
    }

    private Counter drops(Dropped why) {
        return Counter.builder("koegura.sip.dropped")
                .description("SIP messages that could be read and were not worked on, by reason.")
                .tag("reason", why.name().toLowerCase(Locale.ROOT))
                .register(metrics);
    }

    private Counter pathMissing() {
        return Counter.builder("koegura.sip.registered.without.path")
                .description("Registrations confirmed without our Path: calls to that telephone may pass us by.")
                .register(metrics);
    }

    private Counter refersForgotten() {
        return Counter.builder("koegura.sip.refers.forgotten")
                .description(
                        "Transfers asked for and forgotten within the minute: the new call is not linked to the old.")
                .register(metrics);
    }

    private Counter contactsTooLong() {
        return Counter.builder("koegura.sip.contacts.too.long")
                .description("Registrations whose Contact was too long for one of ours: they passed with Path.")
                .register(metrics);
    }

    private Counter flowsForgotten() {
        return Counter.builder("koegura.sip.flows.forgotten")
                .description("Connections of registered telephones that were forgotten for want of room.")
                .register(metrics);
    }

    private Counter registrarsForgotten() {
        return Counter.builder("koegura.sip.registrars.forgotten")
                .description(
                        "Registrars that nobody set, or telephones of theirs, that were forgotten for want of room.")
                .register(metrics);
    }

    private Counter callsForHelpForgotten() {
        return Counter.builder("koegura.sip.emergency.calls.forgotten")
                .description("Calls for help that lost what is kept free for them, since too many came after them.")
                .register(metrics);
    }

    private Counter emergencyLinesForgotten() {
        return Counter.builder("koegura.sip.emergency.lines.forgotten")
                .description("Lines that called for help and were forgotten within the hour: a call back is announced.")
                .register(metrics);
    }
}
