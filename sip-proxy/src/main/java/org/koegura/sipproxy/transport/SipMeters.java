package org.koegura.sipproxy.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Counts messages. Methods that no RFC names share one label, so that a peer cannot make labels up.
public final class SipMeters {

    private static final Set<String> METHODS = Set.of(
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
            "PUBLISH");

    /// Those that an RFC names and a proxy of telephones sees; all others share one label.
    private static final Set<Integer> CODES = Set.of(
            100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406,
            407, 408, 410, 412, 413, 414, 415, 416, 417, 420, 421, 422, 423, 424, 428, 429, 430, 433, 436, 437, 438,
            439, 440, 469, 470, 480, 481, 482, 483, 484, 485, 486, 487, 488, 489, 491, 493, 494, 500, 501, 502, 503,
            504, 505, 513, 555, 580, 600, 603, 604, 606, 607, 608);

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
        /// A TCP connection more than may be open at once.
        CONNECTIONS,
        /// A message for a TCP peer that does not read what it was sent before.
        PEER_DOES_NOT_READ
    }

    private final MeterRegistry metrics;

    public SipMeters(MeterRegistry metrics) {
        this.metrics = metrics;
        for (String method : METHODS) {
            requests(method, "in");
            requests(method, "out");
            retransmissions(method);
        }
        for (Protocol protocol : Protocol.values()) {
            PARSE_ERRORS.forEach(reason -> parseErrors(protocol, reason));
        }
        for (Dropped why : Dropped.values()) {
            drops(why);
        }
        pathMissing();
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

    private static String label(String method) {
        return METHODS.contains(method) ? method : "other";
    }

    private Counter requests(String method, String direction) {
        return metrics.counter("koegura.sip.requests", "method", label(method), "direction", direction);
    }

    private Counter responses(String method, int status, String direction) {
        return metrics.counter(
                "koegura.sip.responses",
                "method",
                label(method),
                "code",
                CODES.contains(status) ? Integer.toString(status) : "other",
                "direction",
                direction);
    }

    private Counter retransmissions(String method) {
        return metrics.counter("koegura.sip.retransmissions", "method", label(method));
    }

    private Counter parseErrors(Protocol protocol, String reason) {
        return metrics.counter("koegura.sip.parse.errors", "transport", protocol.parameter(), "reason", reason);
    }

    private Counter drops(Dropped why) {
        return metrics.counter("koegura.sip.dropped", "reason", why.name().toLowerCase(Locale.ROOT));
    }

    private Counter pathMissing() {
        return metrics.counter("koegura.sip.registered.without.path");
    }
}
