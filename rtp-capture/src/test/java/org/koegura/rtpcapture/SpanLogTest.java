package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Span;

class SpanLogTest {

    private final SpanLog log = new SpanLog();

    @Test
    void spansAreCutToCaptureAndThoseOutsideItAreNone() {
        note(10, 20);
        note(30, 40);
        note(50, 60);

        assertThat(log.within(15, 35)).containsExactly(span(15, 20), span(30, 35));
        assertThat(log.within(20, 30)).isEmpty();
    }

    @Test
    void aSecondBeginningAndAnEndWithoutOneChangeNothing() {
        assertThat(log.end(5)).isTrue();
        log.begin(Span.Reason.FAX, 10);
        log.begin(Span.Reason.FAX, 15);
        assertThat(log.end(20)).isTrue();
        assertThat(log.end(25)).isTrue();

        assertThat(log.within(0, 100)).containsExactly(span(10, 20));
    }

    @Test
    void whatIsHeardBeforeTheLastEndIsTheEnd() {
        assertThat(log.heardAt(3)).isEqualTo(Long.MIN_VALUE);
        note(10, 20);
        assertThat(log.heardAt(30)).isEqualTo(20);
        assertThat(log.heardAt(18)).isEqualTo(18);
        assertThat(log.heardAt(4)).isEqualTo(10);

        assertThat(log.within(0, 100)).isEmpty();
    }

    @Test
    void thereIsRoomForSoManyAndTheNextIsRefused() {
        for (int i = 0; i < RecordingSink.SPANS_MAX; i++) {
            note(10L * i, 10L * i + 5);
        }
        log.begin(Span.Reason.FAX, 100_000);

        assertThat(log.end(100_005)).isFalse();
        assertThat(log.within(0, 200_000)).hasSize(RecordingSink.SPANS_MAX);
    }

    private void note(long from, long to) {
        log.begin(Span.Reason.FAX, from);
        assertThat(log.end(to)).isTrue();
    }

    private static Span span(long from, long to) {
        return new Span(ArrivalClock.instantOf(from), ArrivalClock.instantOf(to), Span.Reason.FAX);
    }
}
