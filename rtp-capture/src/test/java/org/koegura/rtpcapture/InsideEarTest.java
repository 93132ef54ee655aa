package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PCMU;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;
import static org.koegura.rtpcapture.LoopbackCall.TONE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.rtpcapture.socket.MediaTransport;

/// What the inside party hears while the notice is played to the other one.
class InsideEarTest {

    private static final int PACKETS = 4;

    private final Random random = new Random(21);
    private final RemoteMedia receives = new RemoteMedia(
            null, null, InetAddress.getLoopbackAddress(), List.of(PCMU), List.of(LoopbackCall.TELEPHONE_EVENT), true);
    private long playing = 1;
    private int asked;
    private final NoticeFrames notice = LoopbackCall.frames(PCMU, 3);
    private final NoticeFrames tone =
            new NoticeFrames(TONE, PCMU, LoopbackCall.frames(PCMU, 2).frames(), 1);

    @Test
    void aToneGoesRoundInTheOtherPartysPacketsWhoseNumbersStay() {
        InsideEar ear = ear(InsideHears.TONE);
        for (int i = 0; i < PACKETS; i++) {
            byte[] came = Packets.rtp(random, 0, 100 + i, 160 * i, 7);
            byte[] went = through(ear, came);

            assertThat(header(went)).isEqualTo(header(came));
            assertThat(payload(went)).isEqualTo(tone.frames().get(i % 2));
        }
    }

    @Test
    void theNoticeIsHeardOnceFromItsBeginningEachTimeItSpeaks() {
        InsideEar ear = ear(InsideHears.NOTICE);
        for (int again = 0; again < 2; again++) {
            for (byte[] frame : notice.frames()) {
                assertThat(payload(through(ear, Packets.rtp(random, 0, 1, 160, 7))))
                        .isEqualTo(frame);
            }
            byte[] after = Packets.rtp(random, 0, 2, 320, 7);
            assertThat(through(ear, after)).isEqualTo(after);
            playing++;
        }
    }

    /// The first was broken off, and no packet came before the repeat.
    @Test
    void theRepeatOfANoticeBeginsAtItsBeginning() {
        InsideEar ear = ear(InsideHears.NOTICE);
        through(ear, Packets.rtp(random, 0, 1, 160, 7));
        through(ear, Packets.rtp(random, 0, 2, 320, 7));
        playing++;
        assertThat(payload(through(ear, Packets.rtp(random, 0, 3, 480, 7))))
                .isEqualTo(notice.frames().getFirst());
    }

    @Test
    void theSoundIsMadeOnceForANoticeThoughEventsComeBetween() {
        InsideEar ear = ear(InsideHears.NOTICE);
        for (int i = 0; i < 3; i++) {
            assertThat(payload(through(ear, Packets.rtp(random, 0, 1, 160, 7))))
                    .isEqualTo(notice.frames().get(i));
            through(ear, Packets.rtp(random, LoopbackCall.TELEPHONE_EVENT, 1, 160, 7));
        }
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void withoutASettingItIsTheOtherParty() {
        byte[] came = Packets.rtp(random, 0, 1, 160, 7);
        assertThat(through(ear(InsideHears.OTHER_PARTY), came)).isEqualTo(came);
    }

    @Test
    void whatIsOfAnotherTypeOrLengthPassesAsItIs() {
        InsideEar ear = ear(InsideHears.TONE);
        byte[] event = Packets.rtp(random, LoopbackCall.TELEPHONE_EVENT, 1, 160, 7);
        byte[] shorter = Arrays.copyOf(Packets.rtp(random, 0, 2, 160, 7), 12 + 80);

        assertThat(through(ear, event)).isEqualTo(event);
        assertThat(through(ear, shorter)).isEqualTo(shorter);
    }

    @Test
    void nothingIsTheSilenceBeforeTheWordsWhoseLastFrameStaysInTheOtherPartysNumbers() {
        InsideEar ear = ear(InsideHears.NOTHING);
        for (int i = 0; i < PACKETS; i++) {
            byte[] came = Packets.rtp(random, 0, 100 + i, 160 * i, 7);
            byte[] went = through(ear, came);

            assertThat(header(went)).isEqualTo(header(came));
            assertThat(payload(went)).isEqualTo(notice.frames().get(Math.min(i, notice.leadInFrames() - 1)));
        }
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void silenceIsAsLongAsThePacketAndAnEventPasses() {
        byte[] event = Packets.rtp(random, LoopbackCall.TELEPHONE_EVENT, 1, 160, 7);
        assertThat(through(ear(InsideHears.NOTHING), event)).isEqualTo(event);
        byte[] silence = notice.frames().getFirst();
        for (int bytes : new int[] {1, 80, 159, 161, 480}) {
            byte[] came = Packets.rtp(0, 2, 160, 7, new byte[bytes]);
            byte[] expected = new byte[bytes];
            for (int i = 0; i < bytes; i++) {
                expected[i] = silence[i % silence.length];
            }
            byte[] went = through(ear(InsideHears.NOTHING), came);
            assertThat(header(went)).isEqualTo(header(came));
            assertThat(payload(went)).as("%s bytes", bytes).isEqualTo(expected);
        }
    }

    @Test
    void anExtensionStaysBeforeTheSoundAndPaddingGoes() {
        byte[] came = Packets.rtp(random, 0, 1, 160, 7);
        byte[] extended = new byte[came.length + 8];
        System.arraycopy(came, 0, extended, 0, 12);
        extended[0] |= 0x10 | 0x20;
        extended[15] = 1; // one word of extension
        System.arraycopy(came, 12, extended, 20, 160);

        byte[] went = through(ear(InsideHears.TONE), extended);
        assertThat(went).hasSize(extended.length);
        assertThat(went[0] & 0x30).isEqualTo(0x10);
        assertThat(Arrays.copyOfRange(went, 12, 20)).isEqualTo(Arrays.copyOfRange(extended, 12, 20));
        assertThat(Arrays.copyOfRange(went, 20, 180)).isEqualTo(tone.frames().getFirst());
    }

    @Test
    void anExtensionThatClaimsMoreThanThereIsPassesAsItIs() {
        byte[] came = Packets.rtp(random, 0, 1, 160, 7);
        came[0] |= 0x10;
        came[14] = 0x7F;
        assertThat(through(ear(InsideHears.TONE), came)).isEqualTo(came);
    }

    @Test
    void inACallTheInsidePartyHearsTheToneAsLongAsTheNoticeSpeaksAndTheOtherPartyAfterIt() throws Exception {
        RtpCapture.Settings settings = LoopbackCall.settings(1 << 20).with(InsideHears.TONE);
        try (LoopbackCall call = new LoopbackCall(settings, MediaTransport.best(), 25).connected()) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeStarted");
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.told.awaitHeard();
            byte[] spoken = Packets.rtp(random, 0, 2, 320, 2);
            call.outside.say(spoken);

            call.inside.awaitHeard(2);
            List<byte[]> heard = List.copyOf(call.inside.heard);
            assertThat(payload(heard.getFirst())).isEqualTo(call.tone.frames().getFirst());
            assertThat(heard.getLast()).isEqualTo(spoken);
        }
    }

    /// Silence goes where the other party's packets would have gone, one for one; without any, none goes.
    @Test
    void inACallNothingOfTheOtherPartyIsHeardWhileTheNoticeSpeaksAndItsStreamGoesOn() throws Exception {
        RtpCapture.Settings settings = LoopbackCall.settings(1 << 20).with(InsideHears.NOTHING);
        try (LoopbackCall call = new LoopbackCall(settings, MediaTransport.best(), 25).connected()) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeStarted");
            call.outside.awaitHeard(5);
            assertThat(call.inside.heard)
                    .as("as long as the outside party is silent")
                    .isEmpty();
            for (int i = 1; i <= 5; i++) {
                call.outside.say(Packets.rtp(random, 0, i, 160 * i, 2));
            }
            call.inside.awaitHeard(5);
            call.told.awaitHeard();
            byte[] spoken = call.outside.say(Packets.rtp(random, 0, 6, 960, 2));
            call.inside.awaitHeard(6);

            for (int i = 0; i < 5; i++) {
                Packets.Seen seen = Packets.Seen.of(call.inside.heard.get(i));
                assertThat(seen.sequence()).isEqualTo(i + 1);
                assertThat(seen.timestamp()).isEqualTo(160 * (i + 1));
                assertThat(seen.ssrc()).isEqualTo(2);
                assertThat(seen.payload().array())
                        .isEqualTo(call.notice.frames().get(i));
            }
            assertThat(call.inside.heard.get(5)).isEqualTo(spoken);
        }
    }

    private InsideEar ear(InsideHears hears) {
        return new InsideEar(hears, new NoticeSource() {
            @Override
            public Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format) {
                asked++;
                return Optional.of(notice).filter(_ -> format.equals(PCMU));
            }

            @Override
            public Optional<NoticeFrames> tone(AudioFormat format) {
                return Optional.of(tone).filter(_ -> format.equals(PCMU));
            }

            @Override
            public Optional<NoticeFrames> ringback(AudioFormat format) {
                return Optional.empty(); // no affair of the inside party's ear
            }
        });
    }

    private byte[] through(InsideEar ear, byte[] packet) {
        ByteBuf went = ear.instead(Unpooled.copiedBuffer(packet), PROMPT, playing, receives);
        byte[] bytes = ByteBufUtil.getBytes(went);
        assertThat(went.release()).isTrue();
        return bytes;
    }

    private static byte[] header(byte[] packet) {
        return Arrays.copyOf(packet, 12);
    }

    private static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, 12, packet.length);
    }
}
