package org.koegura.sipproxy.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.VirtualClock;

/// Who called for help may be called back for an hour by those who are listed (N11).
class EmergencyCallsTest {

    private static final List<String> LINE = List.of("sip:0990100123@pbx.example", "sip:201@pbx.example");
    private static final List<String> FIRE_BRIGADE = List.of("tel:+81990000119");

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-02T00:00:00Z"));
    private final AtomicInteger forgotten = new AtomicInteger();
    private final EmergencyCalls calls = new EmergencyCalls(
            new Numbering(Numbering.USUAL.emergency(), Set.of("+81990000119")), clock, forgotten::incrementAndGet);

    @Test
    void aListedNumberMayCallBackForAnHour() {
        calls.called(LINE);
        clock.advance(Duration.ofMinutes(60));
        assertThat(calls.isCallBack(FIRE_BRIGADE, List.of("tel:+81990100123"))).isTrue();
        assertThat(calls.isCallBack(List.of("sip:0990000119@trunk.example"), List.of("sip:201@192.0.2.7")))
                .isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(calls.isCallBack(FIRE_BRIGADE, LINE)).isFalse();
    }

    @Test
    void nobodyElseMayAndNoOtherLineIsMeant() {
        calls.called(LINE);
        assertThat(calls.isCallBack(List.of("tel:+81990000118"), LINE)).isFalse();
        assertThat(calls.isCallBack(FIRE_BRIGADE, List.of("sip:202@pbx.example")))
                .isFalse();
    }

    @Test
    void aLineThatDidNotCallForHelpIsNotCalledBack() {
        assertThat(calls.isCallBack(FIRE_BRIGADE, LINE)).isFalse();
    }

    @Test
    void linesBeyondTheBoundAreForgottenFromTheOldestOnAndCounted() {
        calls.called(List.of("sip:201@pbx.example"));
        for (int i = 0; i < EmergencyCalls.LINES_MAX; i++) {
            calls.called(List.of("sip:line" + i + "@pbx.example"));
        }
        assertThat(forgotten).hasValue(1);
        assertThat(calls.isCallBack(FIRE_BRIGADE, List.of("sip:201@pbx.example")))
                .isFalse();
        assertThat(calls.isCallBack(FIRE_BRIGADE, List.of("sip:line0@pbx.example")))
                .isTrue();
        clock.advance(Duration.ofHours(2));
        calls.called(LINE);
        assertThat(forgotten).as("those whose hour is over are no loss").hasValue(1);
    }
}
