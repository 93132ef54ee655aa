package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Span;

class SpanLogTest {

    private final List<Span.Reason> forgotten = new ArrayList<>();
    private final SpanLog log = new SpanLog(forgotten::add);

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
        log.end(5);
        log.begin(Span.Reason.FAX, 10);
        log.begin(Span.Reason.FAX, 15);
        log.end(20);
        log.end(25);

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
    void whereNothingIsToBeKeptForTwoReasonsItIsThePauseAndSpansTouch() {
        log.begin(Span.Reason.ENCRYPTED, 10);
        log.pause(20);
        log.end(30);
        log.begin(Span.Reason.FAX, 40);
        log.resume(50);
        log.close(60);

        assertThat(log.within(0, 100))
                .containsExactly(
                        span(10, 20, Span.Reason.ENCRYPTED),
                        span(20, 50, Span.Reason.PAUSE),
                        span(50, 60, Span.Reason.FAX));
        assertThat(log.silence()).isNull();
    }

    @Test
    void aPacketThatWasReadBeforeAPauseWasKnownAndIsNotKeptBeginsIt() {
        note(10, 20);
        log.pause(40);
        log.withheldAt(38);
        log.withheldAt(45);
        log.resume(50);
        assertThat(log.within(0, 100)).containsExactly(span(10, 20), span(38, 50, Span.Reason.PAUSE));

        log.pause(60);
        log.withheldAt(45);
        log.close(70);
        assertThat(log.within(0, 100).getLast()).isEqualTo(span(50, 70, Span.Reason.PAUSE));
    }

    @Test
    void whatIsHeardBeforeSeveralEndsEndsAllOfThem() {
        log.begin(Span.Reason.FAX, 10);
        log.pause(20);
        log.end(25);
        log.resume(30);
        assertThat(log.heardAt(18)).isEqualTo(20);

        assertThat(log.within(0, 100)).containsExactly(span(10, 18));
    }

    @Test
    void thereIsRoomForSoManyAndTheNextIsForgottenWithItsReason() {
        for (int i = 0; i < RecordingSink.SPANS_MAX; i++) {
            note(10L * i, 10L * i + 5);
        }
        log.begin(Span.Reason.ENCRYPTED, 100_000);
        log.pause(100_003);
        log.close(100_005);

        assertThat(forgotten).containsExactly(Span.Reason.ENCRYPTED, Span.Reason.PAUSE);
        assertThat(log.within(0, 200_000)).hasSize(RecordingSink.SPANS_MAX);
    }

    private void note(long from, long to) {
        log.begin(Span.Reason.FAX, from);
        log.end(to);
    }

    private static Span span(long from, long to) {
        return span(from, to, Span.Reason.FAX);
    }

    private static Span span(long from, long to, Span.Reason reason) {
        return new Span(ArrivalClock.instantOf(from), ArrivalClock.instantOf(to), reason);
    }
}
