package org.koegura.rtpcapture.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PCMU;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.rtpcapture.LoopbackCall;
import org.koegura.rtpcapture.Packets;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// A notice once more in mid-call, in virtual time: 100 packets of 20 ms, in the place of an inside
/// party that speaks all the while.
class ReplayTest {

    private static final int PACKETS = 100;
    private static final int INSIDE_SSRC = 0x0B;

    private final OutboundStream stream = new OutboundStream(new Random(2));
    private final Party party = new Party();
    private final Replay replay = new Replay(party, stream);
    private long now = millis(10_000);
    private long insideDue = now;
    private int insideSaid;

    /// What may come between.
    enum Collision {
        KEY(ReplayEnd.KEYS) {
            @Override
            void in(ReplayTest test) {
                test.replay.event(test.now);
            }
        },
        HOLD(ReplayEnd.ON_HOLD) {
            @Override
            void in(ReplayTest test) {
                test.party.receives = false;
            }
        },
        MOVE(ReplayEnd.UNREACHABLE) {
            @Override
            void in(ReplayTest test) {
                test.party.at = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 9);
            }
        },
        ICMP(ReplayEnd.UNREACHABLE) {
            @Override
            void in(ReplayTest test) {
                test.replay.unreachable();
            }
        },
        FULL_SOCKET(ReplayEnd.UNREACHABLE) {
            @Override
            void in(ReplayTest test) {
                test.party.takes = false;
            }
        },
        FAULT(ReplayEnd.PLAYER) {
            @Override
            void in(ReplayTest test) {
                test.party.breaks = true;
            }
        },
        ANOTHER_NOTICE(ReplayEnd.OTHER_NOTICE) {
            @Override
            void in(ReplayTest test) {
                test.replay.stop(ReplayEnd.OTHER_NOTICE);
            }
        },
        END(ReplayEnd.CALL_ENDED) {
            @Override
            void in(ReplayTest test) {
                test.replay.stop(ReplayEnd.CALL_ENDED);
            }
        };

        final ReplayEnd told;

        Collision(ReplayEnd told) {
            this.told = told;
        }

        abstract void in(ReplayTest test);
    }

    static Stream<Arguments> atEvery20Millis() {
        return Stream.of(Collision.values())
                .flatMap(collision ->
                        Stream.iterate(0, at -> at <= 2060, at -> at + 20).map(at -> Arguments.of(collision, at)));
    }

    @ParameterizedTest
    @MethodSource("atEvery20Millis")
    void whateverComesBetweenEndsItOnceAndTheInsidePartyGoesOnWithTheNextNumber(Collision collision, int at) {
        runFor(100);
        assertThat(replay.ask(PROMPT, now)).isEqualTo(ReplayAnswer.PLAYS);
        runFor(at); // its first packet comes a packet time after the inside party's last
        boolean over = at > PACKETS * 20;
        collision.in(this);
        runFor(5000);

        Replayed only = party.only();
        boolean waits = collision == Collision.FULL_SOCKET || collision == Collision.FAULT;
        boolean hasSentAll = at == PACKETS * 20 && waits;
        assertThat(only.end()).isEqualTo(over || hasSentAll ? ReplayEnd.COMPLETED : collision.told);
        assertThat(party.spoken).hasSize(Math.min(PACKETS, at / 20));
        NoticeProof sent = only.sent();
        assertThat(sent == null).isEqualTo(at == 0);
        if (sent != null) {
            assertThat(sent.packets())
                    .isEqualTo(party.spoken.size())
                    .isEqualTo(((sent.lastSequence() - sent.firstSequence()) & 0xFFFF) + 1);
            assertThat((long) sent.firstSequence()).isEqualTo(party.spoken.getFirst() & 0xFFFF);
            assertThat(party.marked).as("the first packet alone").isEqualTo(1);
        }
        assertThat(replay.rests()).isTrue();
        isUnbroken();
    }

    @Test
    void itIsPlayedInFullAndTheProofSaysSo() {
        runFor(100);
        replay.ask(PROMPT, now);
        long asked = now;
        runFor(5000);
        Replayed only = party.only();
        assertThat(only.end()).isEqualTo(ReplayEnd.COMPLETED);
        assertThat(only.prompt()).isEqualTo(PROMPT);
        NoticeProof sent = Objects.requireNonNull(only.sent());
        assertThat(sent.packets()).isEqualTo(PACKETS);
        assertThat(sent.receiverReports()).isEmpty();
        assertThat(sent.startedAt()).isBetween(at(asked), at(asked + millis(20)));
        assertThat(sent.endedAt()).isEqualTo(sent.startedAt().plusMillis(20 * (PACKETS - 1)));
        isUnbroken();
    }

    @Test
    void aSecondOneIsRefusedWhileOnePlaysAndPlaysAfterIt() {
        replay.ask(PROMPT, now);
        runFor(500);
        assertThat(replay.ask(PROMPT, now)).isEqualTo(ReplayAnswer.BUSY);
        runFor(5000);
        assertThat(party.over).hasSize(1);
        assertThat(replay.ask(PROMPT, now)).isEqualTo(ReplayAnswer.PLAYS);
        runFor(5000);
        assertThat(party.over).extracting(Replayed::end).containsExactly(ReplayEnd.COMPLETED, ReplayEnd.COMPLETED);
        assertThat(replay.beginnings()).isEqualTo(2);
        isUnbroken();
    }

    @Test
    void whereNobodyReceivesAndWhereThePromptIsInNoCodecItIsRefused() {
        party.receives = false;
        assertThat(replay.ask(PROMPT, now)).isEqualTo(ReplayAnswer.ON_HOLD);
        party.receives = true;
        party.frames = null;
        assertThat(replay.ask(PROMPT, now)).isEqualTo(ReplayAnswer.NO_FRAMES);
        runFor(3000);
        assertThat(party.over).isEmpty();
        assertThat(party.spoken).isEmpty();
    }

    @Test
    void theEndOfAKeyThatIsDownIsWaitedFor() {
        replay.event(now);
        replay.ask(PROMPT, now);
        runFor(50);
        replay.event(now);
        runFor(90);
        assertThat(party.spoken).isEmpty();
        runFor(20);
        assertThat(party.spoken).isNotEmpty();
        runFor(5000);
        assertThat(party.only().end()).isEqualTo(ReplayEnd.COMPLETED);
    }

    @Test
    void aKeyThatHangsIsNotWaitedForLonger() {
        replay.event(now);
        replay.ask(PROMPT, now);
        for (int i = 0; i < 60; i++) {
            replay.event(now);
            runFor(50);
        }
        Replayed only = party.only();
        assertThat(only.end()).isEqualTo(ReplayEnd.KEYS);
        assertThat(only.sent()).isNull();
        assertThat(party.spoken).isEmpty();
    }

    @Test
    void whereTheCodecGoesBeforeItBeginsItIsOver() {
        replay.event(now);
        replay.ask(PROMPT, now);
        party.frames = null;
        runFor(500);
        assertThat(party.only().end()).isEqualTo(ReplayEnd.NO_FRAMES);
    }

    /// Every number that the outside party sees is the one after the one before.
    private void isUnbroken() {
        assertThat(party.seen).hasSizeGreaterThan(150);
        for (int i = 1; i < party.seen.size(); i++) {
            assertThat(party.seen.get(i) - party.seen.get(i - 1))
                    .as("sequence number of packet %s", i)
                    .isEqualTo(1);
        }
    }

    /// The inside party sends a packet each 20 ms, and the replay does what is due in between.
    private void runFor(long runMillis) {
        long until = now + millis(runMillis);
        long due = replay.advance(now);
        while (Math.min(due, insideDue) <= until) {
            now = Math.max(now, Math.min(due, insideDue));
            if (insideDue <= now) {
                insideSpeaks();
                insideDue += millis(20);
            }
            due = replay.advance(now);
        }
        now = until;
    }

    private void insideSpeaks() {
        int number = 700 + insideSaid++;
        ByteBuf packet = Packets.buffer(Packets.rtp(0, number, 160 * number, INSIDE_SSRC, new byte[160]));
        if (replay.speaks()) {
            stream.withhold(packet, now);
        } else if (stream.relay(packet, now)) {
            party.seen.add(stream.sequence());
        }
        packet.release();
    }

    private static Instant at(long nanos) {
        return ArrivalClock.instantOf(nanos);
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /// The outside party.
    private final class Party implements Replay.Stage {
        @Nullable
        NoticeFrames frames = LoopbackCall.frames(PCMU, PACKETS);

        InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);
        boolean receives = true;
        boolean takes = true;
        boolean breaks;
        int marked;

        /// Sequence numbers, unwrapped, of the replay, and of all.
        final List<Long> spoken = new ArrayList<>();

        final List<Long> seen = new ArrayList<>();
        final List<Replayed> over = new ArrayList<>();

        Replayed only() {
            assertThat(over).hasSize(1);
            return over.getFirst();
        }

        @Override
        public Optional<NoticeFrames> frames(Prompt prompt) {
            return Optional.ofNullable(frames);
        }

        @Override
        public boolean outsideReceives() {
            return receives;
        }

        @Override
        public InetSocketAddress destination() {
            return at;
        }

        /// One that the socket did not take has had its number; it is lost as any packet may be.
        @Override
        public boolean send(AudioFormat format, byte[] frame, boolean first, long nowNanos) {
            if (breaks) {
                throw new IllegalStateException("on purpose");
            }
            ByteBuf packet = Packets.buffer(new byte[0]);
            stream.writeNotice(packet, format, frame, first, nowNanos);
            packet.release();
            seen.add(stream.sequence());
            if (takes) {
                spoken.add(stream.sequence());
                marked += first ? 1 : 0;
            }
            return takes;
        }

        @Override
        public Instant instant(long nowNanos) {
            return at(nowNanos);
        }

        @Override
        public void over(Replayed replayed) {
            over.add(replayed);
        }

        @Override
        public void broken(RuntimeException cause) {}
    }
}
