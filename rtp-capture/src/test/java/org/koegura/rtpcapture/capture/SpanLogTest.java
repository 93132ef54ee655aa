package org.koegura.rtpcapture.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.rtpcapture.rtp.ArrivalClock;

class SpanLogTest {

    private final List<Span.Reason> forgotten = new ArrayList<>();
    private final SpanLog log = new SpanLog(forgotten::add);

    @BeforeEach
    void begin() {
        log.declare();
    }

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
    void whatBeganBeforeTheLastEndBeginsThere() {
        note(10, 20);
        log.begin(Span.Reason.FAX, 15);
        log.close(30);

        assertThat(log.within(0, 100)).containsExactly(span(10, 20), span(20, 30, Span.Reason.FAX));
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
        note(100_000, 100_003, Span.Reason.ENCRYPTED);

        assertThat(forgotten).containsExactly(Span.Reason.ENCRYPTED);
        assertThat(log.within(0, 200_000)).hasSize(RecordingSink.SPANS_MAX);
    }

    @Test
    void whereThereIsNoRoomAPauseTakesThatOfAnotherSpan() {
        pause(1, 2);
        for (int i = 1; i < RecordingSink.SPANS_MAX; i++) {
            note(10L * i, 10L * i + 5);
        }
        pause(100_000, 100_003);

        assertThat(forgotten).containsExactly(Span.Reason.FAX);
        assertThat(log.within(0, 200_000))
                .hasSize(RecordingSink.SPANS_MAX)
                .startsWith(span(1, 2, Span.Reason.PAUSE), span(10, 15))
                .endsWith(span(2_540, 2_545), span(100_000, 100_003, Span.Reason.PAUSE));

        for (int i = 2; i < RecordingSink.SPANS_MAX; i++) {
            pause(200_000 + 10 * i, 200_005 + 10 * i);
        }
        assertThat(forgotten).hasSize(RecordingSink.SPANS_MAX - 1).doesNotContain(Span.Reason.PAUSE);
        pause(300_000, 300_005);
        assertThat(forgotten).endsWith(Span.Reason.PAUSE);
        assertThat(log.within(0, 400_000)).hasSize(RecordingSink.SPANS_MAX);
    }

    @Test
    void whatWasOverBeforeARecordingBeganTakesNoneOfItsRoomAndWhatLastedThenIsDeclared() {
        SpanLog early = new SpanLog(forgotten::add);
        for (int i = 0; i < 2 * RecordingSink.SPANS_MAX; i++) {
            early.begin(Span.Reason.ENCRYPTED, 10L * i);
            early.end(10L * i + 5);
        }
        early.pause(90_000);
        early.declare();
        early.resume(100_000);

        assertThat(forgotten).isEmpty();
        assertThat(early.within(95_000, 200_000)).containsExactly(span(95_000, 100_000, Span.Reason.PAUSE));
    }

    @Test
    void sinceACommandWasLostItIsThatWhateverComesAndItIsNeverForgotten() {
        pause(1, 2);
        for (int i = 1; i < RecordingSink.SPANS_MAX; i++) {
            note(10L * i, 10L * i + 5);
        }
        log.pause(90_000);
        log.commandLost(100_000);
        log.resume(100_001);
        log.begin(Span.Reason.FAX, 100_002);
        log.close(100_003);

        assertThat(forgotten).containsExactly(Span.Reason.FAX, Span.Reason.FAX);
        assertThat(log.within(0, 200_000))
                .hasSize(RecordingSink.SPANS_MAX)
                .startsWith(span(1, 2, Span.Reason.PAUSE))
                .endsWith(span(90_000, 100_000, Span.Reason.PAUSE), span(100_000, 100_003, Span.Reason.COMMAND_LOST));
    }

    @Test
    void aLostCommandTakesTheRoomOfAPauseWhereThereAreOnlySuch() {
        for (int i = 1; i <= RecordingSink.SPANS_MAX; i++) {
            pause(10L * i, 10L * i + 5);
        }
        log.commandLost(100_000);
        log.close(100_001);

        assertThat(forgotten).containsExactly(Span.Reason.PAUSE);
        assertThat(log.within(0, 200_000).getLast()).isEqualTo(span(100_000, 100_001, Span.Reason.COMMAND_LOST));
    }

    private void note(long from, long to) {
        note(from, to, Span.Reason.FAX);
    }

    private void note(long from, long to, Span.Reason reason) {
        log.begin(reason, from);
        log.end(to);
    }

    private void pause(long from, long to) {
        log.pause(from);
        log.resume(to);
    }

    private static Span span(long from, long to) {
        return span(from, to, Span.Reason.FAX);
    }

    private static Span span(long from, long to, Span.Reason reason) {
        return new Span(ArrivalClock.instantOf(from), ArrivalClock.instantOf(to), reason);
    }
}
