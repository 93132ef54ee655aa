package org.koegura.sipproxy.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.VirtualClock;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;

/// Who is a telephone, and for how long.
class TelephonesTest {

    private static final InetAddress DESK = InetAddress.ofLiteral("192.0.2.101");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.102");

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-02T00:00:00Z"));
    private final AtomicInteger forgotten = new AtomicInteger();
    private final Telephones telephones = new Telephones(2, forgotten::incrementAndGet, clock);

    private static WireMessage register(String user, String... fields) throws MessageFault {
        return message("REGISTER sip:example.com SIP/2.0", user, fields);
    }

    private static WireMessage ok(String user, String... fields) throws MessageFault {
        return message("SIP/2.0 200 OK", user, fields);
    }

    private static WireMessage invite(String user, String... fields) throws MessageFault {
        return message("INVITE sip:0990123@example.com SIP/2.0", user, fields);
    }

    private static WireMessage message(String start, String user, String... fields) throws MessageFault {
        String address = "<sip:" + user + "@example.com>";
        String text = start + "\r\nFrom: " + address + ";tag=a\r\nTo: " + address + "\r\n" + String.join("\r\n", fields)
                + "\r\nContent-Length: 0\r\n\r\n";
        return WireMessage.parse(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void registered(String user, InetAddress address, String asked, String answered) throws MessageFault {
        telephones.confirmed(register(user, asked), ok(user, answered), address);
    }

    private boolean isOne(String user, InetAddress address) throws MessageFault {
        return telephones.isSender(invite(user), address);
    }

    @Test
    void aTelephoneIsAnAddressTogetherWithTheIdentityThatItRegistered() throws Exception {
        registered("201", DESK, "Contact: <sip:x@192.0.2.101>", "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(isOne("201", DESK)).isTrue();
        assertThat(isOne("202", DESK)).as("another identity there").isFalse();
        assertThat(isOne("201", OTHER)).as("its identity elsewhere").isFalse();
        assertThat(telephones.isAt(DESK)).isTrue();
        clock.advance(Duration.ofSeconds(60));
        assertThat(isOne("201", DESK)).isFalse();
        assertThat(telephones.isAt(DESK)).isFalse();
        assertThat(telephones.count()).isZero();
    }

    @Test
    void whoIsCalledIsWhoRegisteredThatContactThere() throws Exception {
        registered("0990123", DESK, "Contact: <sip:0990123@example.com>", "Contact: <sip:0990123@example.com>");
        assertThat(telephones.registeredAt(invite("202"), DESK)).isEqualTo("sip:0990123@example.com");
        assertThat(telephones.registeredAt(invite("202"), OTHER))
                .as("elsewhere")
                .isNull();
        registered("202", DESK, "Contact: <sip:0990123@example.com>", "Contact: <sip:0990123@example.com>");
        assertThat(telephones.registeredAt(invite("202"), DESK)).as("of two").isEqualTo("sip:202@example.com");
        assertThat(telephones.registeredAt(invite("203"), DESK)).as("of two").isNull();
    }

    @Test
    void anIdentityMayStandInAnAssertionInstead() throws Exception {
        registered("201", DESK, "Contact: <sip:x@192.0.2.101>", "Contact: <sip:x@192.0.2.101>;expires=60");
        String preferred = "P-Preferred-Identity: <sip:201@example.com>";
        assertThat(telephones.isSender(invite("anonymous", preferred), DESK)).isTrue();
        assertThat(telephones.isSender(invite("anonymous", "P-Asserted-Identity: <sip:2"), DESK))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Contact: <sip:x@192.0.2.101> | Contact: <sip:y@192.0.2.7>;expires=900, <sip:x@192.0.2.101>;expires=60 | 60",
                "Contact: <sip:x@192.0.2.101> | Contact: <sip:x@192.0.2.101;ob>;q=0.5;Expires=60 | 60",
                "Contact: <sip:x@192.0.2.101>;expires=60 | Contact: <sip:x@192.0.2.101> | 60",
                "Contact: sip:x@192.0.2.101;expires=60 | Contact: <sip:z@10.0.0.1>;expires=90, <sip:y@10.0.0.1>;expires=60 | 60",
                "Contact: <sip:x@192.0.2.101> | Contact: <sip:x@192.0.2.101> | 3600",
                "Contact: <sip:x@192.0.2.101> | Contact: <sip:x@192.0.2.101>;expires=4294967295 | 86400"
            })
    void itsOwnContactSaysHowLong(String asked, String answered, int seconds) throws Exception {
        registered("201", DESK, asked, answered);
        clock.advance(Duration.ofSeconds(seconds - 1));
        assertThat(isOne("201", DESK)).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(isOne("201", DESK)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Contact: <sip:x@192.0.2.101>;expires=0 | Contact: <sip:y@192.0.2.7>;expires=900",
                "Contact: <sip:x@192.0.2.101>;expires=0 | Subject: none is left",
                "Contact: * | Subject: none is left"
            })
    void whoRegistersNoMoreIsNoTelephoneAnyMore(String asked, String answered) throws Exception {
        registered("201", DESK, "Contact: <sip:x@192.0.2.101>", "Contact: <sip:x@192.0.2.101>;expires=900");
        registered("201", DESK, asked, answered);
        assertThat(isOne("201", DESK)).isFalse();
        assertThat(telephones.count()).isZero();
    }

    @Test
    void aQuestionForBindingsChangesNothing() throws Exception {
        registered("201", DESK, "Subject: a question", "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(isOne("201", DESK)).isFalse();
    }

    @Test
    void whoWasConfirmedLongestAgoIsForgottenFirstAndCounted() throws Exception {
        for (String user : new String[] {"201", "202", "201", "203"}) {
            registered(user, DESK, "Contact: <sip:x@192.0.2.101>", "Contact: <sip:x@192.0.2.101>;expires=60");
        }
        assertThat(isOne("201", DESK)).isTrue();
        assertThat(isOne("202", DESK)).isFalse();
        assertThat(isOne("203", DESK)).isTrue();
        assertThat(forgotten).hasValue(1);
    }
}
