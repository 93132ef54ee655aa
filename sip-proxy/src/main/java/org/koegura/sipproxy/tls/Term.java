package org.koegura.sipproxy.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where in its validity our certificate is (RFC 5280 §4.1.2.5). It is used all the same: peers that do not verify can
/// still call, and the others say themselves why they do not.
enum Term {
    EARLY("not valid yet: see the clock, or wait"),
    VALID(""),
    ENDING("ends soon: renew it"),
    OVER("has ended, and peers that verify refuse it: renew it");

    private static final Logger LOG = LoggerFactory.getLogger(Term.class);

    /// Time enough to have one issued.
    static final Duration NOTICE = Duration.ofDays(30);

    private final String next;

    Term(String next) {
        this.next = next;
    }

    /// @param notice how long before its end it counts as ending
    static Term of(X509Certificate certificate, Instant now, Duration notice) {
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return EARLY;
        }
        if (now.isAfter(end)) {
            return OVER;
        }
        return now.plus(notice).isAfter(end) ? ENDING : VALID;
    }

    /// Says so to the log, unless all is well.
    void tell(Path file, X509Certificate certificate) {
        if (this != VALID) {
            LOG.warn(
                    "sip.tls.certificate.term term={} file={} from={} until={} next=\"{}\"",
                    name().toLowerCase(Locale.ROOT),
                    file,
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant(),
                    next);
        }
    }
}
