package org.koegura.sipproxy.telephone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.callmodel.port.Preservations.Request;

/// Which call "the last one" is.
class LastCallsTest {

    private static final String STAFF = "extension:201";

    private final AtomicLong nanos = new AtomicLong(-5);
    private final List<Request> asked = new ArrayList<>();
    private final LastCalls last = new LastCalls(
            request -> {
                asked.add(request);
                return Preserving.PROTECTED;
            },
            nanos::get);

    private static CallFacts call(int number) {
        return new CallFacts(
                new CallId(String.format("c%031x", number)),
                "call-" + number + "@192.0.2.1",
                Direction.INBOUND,
                new Party("sip:201@example.com"),
                new Party("tel:+81990000000"),
                Instant.parse("2026-11-24T01:00:00Z"));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void itIsPreservedForTenMinutesAfterItsEndAndNotLonger() {
        last.began(STAFF, call(1));
        pass(Duration.ofHours(1));
        last.ended(STAFF, call(1), true);
        pass(LastCalls.LASTS);
        assertThat(last.preserveLast(STAFF)).isEqualTo(Preserving.PROTECTED);
        pass(Duration.ofNanos(1));
        assertThat(last.preserveLast(STAFF)).isNull();
        assertThat(asked).extracting(Request::call).containsExactly(call(1).call());
    }

    @Test
    void whileItIsUpItIsTheLastHoweverLongItTakes() {
        last.began(STAFF, call(1));
        pass(Duration.ofHours(3));
        assertThat(last.preserveLast(STAFF)).isEqualTo(Preserving.PROTECTED);
    }

    @Test
    void ofSeveralItIsTheOneThatBeganOrEndedLast() {
        last.began(STAFF, call(1));
        last.began(STAFF, call(2));
        last.ended(STAFF, call(1), true);
        last.preserveLast(STAFF);
        assertThat(asked.getLast().call()).isEqualTo(call(1).call());
    }

    @Test
    void aCallOfWhichNothingIsKeptDoesNotTakeThePlaceOfOneThatIs() {
        last.began(STAFF, call(1));
        last.ended(STAFF, call(1), true);
        last.ended(STAFF, call(2), false);
        last.preserveLast(STAFF);
        assertThat(asked.getLast().call()).isEqualTo(call(1).call());

        last.began(STAFF, call(3));
        last.ended(STAFF, call(3), false);
        assertThat(last.preserveLast(STAFF)).isNull();
    }

    @Test
    void eachTelephoneHasItsOwn() {
        last.began(STAFF, call(1));
        assertThat(last.preserveLast("extension:202")).isNull();
    }
}
