package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.audio.Codec;
import org.koegura.audio.FaxEar;
import org.koegura.audio.FaxEar.Tone;
import org.koegura.audio.G711;
import org.koegura.server.conformance.Corpus;
import org.koegura.server.evidence.Speech;

/// What people say, and what others captured, is taken for no fax machine (N11).
class SpeechIsNoFaxTest {

    private static final int PACKET = 160;
    private static final int RTP_HEADER_BYTES = 12;

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"PCMU", "PCMA"})
    void noWordOfTheNoticesAndOfTheDemoAtAnyLevel(Codec codec) throws Exception {
        List<short[]> all = new ArrayList<>(List.of(Speech.notice()));
        for (String name : List.of("citizen-1", "citizen-2", "staff-1", "staff-2")) {
            all.add(Speech.spoken(name));
        }
        for (short[] sound : all) {
            for (double by : new double[] {0.05, 0.3, 1, 4}) {
                for (int from = 0; from < PACKET; from += 40) {
                    assertThat(heard(codec, louder(sound, by, from))).isEmpty();
                }
            }
        }
    }

    @Test
    void noSecondOfAMinuteOfForeignSpeech() throws Exception {
        ByteBuffer raw = ByteBuffer.wrap(Corpus.speech()).order(ByteOrder.LITTLE_ENDIAN);
        short[] sound = new short[raw.remaining() / 2];
        raw.asShortBuffer().get(sound);
        assertThat(heard(Codec.PCMU, sound)).isEmpty();
        assertThat(heard(Codec.PCMA, louder(sound, 3, 0))).isEmpty();
    }

    @Test
    void noStreamOfTheCaptures() throws Exception {
        Map<Integer, FaxEar> ears = new HashMap<>();
        List<Tone> heard = new ArrayList<>();
        int packets = 0;
        for (byte[] datagram : Corpus.captures().datagrams()) {
            int type = datagram.length < RTP_HEADER_BYTES || (datagram[0] & 0xFF) != 0x80 ? -1 : datagram[1] & 0x7F;
            if (type == 0 || type == 8) {
                ByteBuffer packet = ByteBuffer.wrap(datagram);
                byte[] payload = Arrays.copyOfRange(datagram, RTP_HEADER_BYTES, datagram.length);
                Tone tone = ears.computeIfAbsent(packet.getInt(8), _ -> new FaxEar())
                        .hear(type == 0 ? Codec.PCMU : Codec.PCMA, payload, payload.length, packet.getInt(4));
                packets++;
                if (tone != null) {
                    heard.add(tone);
                }
            }
        }
        assertThat(packets).as("packets of G.711").isGreaterThan(300);
        assertThat(heard).isEmpty();
    }

    private static short[] louder(short[] sound, double by, int from) {
        short[] louder = new short[sound.length - from];
        for (int i = 0; i < louder.length; i++) {
            louder[i] = (short) Math.clamp(Math.round(by * sound[from + i]), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return louder;
    }

    private static List<Tone> heard(Codec codec, short[] sound) {
        FaxEar ear = new FaxEar();
        List<Tone> heard = new ArrayList<>();
        for (int at = 0; at + PACKET <= sound.length; at += PACKET) {
            byte[] payload = codec == Codec.PCMU
                    ? G711.encodeMuLaw(sound, at, at + PACKET)
                    : G711.encodeALaw(sound, at, at + PACKET);
            Tone tone = ear.hear(codec, payload, PACKET, at);
            if (tone != null) {
                heard.add(tone);
            }
        }
        return heard;
    }
}
