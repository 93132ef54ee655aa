package org.koegura.server.media;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.koegura.callmodel.AudioFormat;

/// A way to speak: what one party sends in slots of 20 ms, and then in the shorter ones of a tail.
///
/// @param name of the call that speaks so
/// @param format that is agreed; of video and fax, what stands for its clock and its type
/// @param ofRtp whether it is RTP at all
/// @param ofOneType whether all packets are of one payload type: of such the kernel passes most
/// @param speaker says what is sent
record Tongue(String name, AudioFormat format, boolean ofRtp, boolean ofOneType, Speaker speaker) {

    /// In them packets are impaired.
    static final int SLOTS = 600;

    /// They come after the impaired ones, so that the meter of losses gives up all that never came (its window is 64).
    static final int TAIL = 160;

    static final int COMFORT_NOISE = 13;

    /// So that the sequence numbers begin anew on the way.
    private static final int FIRST_SEQUENCE = 65_500;

    private static final int MARKER = 0x80;

    /// One turn of speech and silence, or of speech and a key that is pressed.
    private static final int TURN_SLOTS = 60;

    /// Though a fifth is lost, enough for the kernel to be lent the stream.
    private static final int SPEECH_SLOTS = 44;
    private static final int NOISE_SLOTS = 8;

    /// Packets that tell again that a key was let go (RFC 4733 §2.5.1.4).
    private static final int LAST_REPEATED = 2;

    private static final int END_OF_EVENT = 0x80;
    private static final int VOLUME = 10;
    private static final int FRAME_SLOTS = 2;
    private static final int FRAME_PACKETS = 3;
    private static final int FRAGMENT_BYTES = 1_100;

    /// Soon after it come numbers that are the first two bytes of RTCP.
    private static final int FIRST_OF_FAX = 0x80A0;

    /// One packet, and when it is sent.
    static final class Said {
        final int slot;
        final byte[] packet;

        private Said(int slot, byte[] packet) {
            this.slot = slot;
            this.packet = packet;
        }
    }

    /// All that one party says.
    static final class Speech {
        final List<Said> said = new ArrayList<>();
        final Random random;
        private final Tongue tongue;
        private final int ssrc;

        private Speech(Tongue tongue, int ssrc, Random random) {
            this.tongue = tongue;
            this.ssrc = ssrc;
            this.random = random;
        }

        private void say(int slot, int type, int timestamp, byte[] payload) {
            said.add(new Said(slot, SpokenPacket.rtp(type, sequence(), timestamp, ssrc, payload)));
        }

        private void sayAudio(int slot, int type, int bytes) {
            byte[] payload = new byte[bytes];
            random.nextBytes(payload);
            say(slot, type, timestamp(slot), payload);
        }

        private void sayAdorned(int slot, int bytes) {
            int type = tongue.format.payloadType();
            said.add(new Said(slot, SpokenPacket.adorned(type, sequence(), timestamp(slot), ssrc, random, bytes)));
        }

        private int sequence() {
            return (FIRST_SEQUENCE + said.size()) & 0xFFFF;
        }

        private int timestamp(int slot) {
            return slot * tongue.format.ticksPerPacket();
        }

        private int type() {
            return tongue.format.payloadType();
        }
    }

    /// Adds to a speech what is said in a slot.
    @FunctionalInterface
    interface Speaker {
        void speak(Speech speech, int slot);
    }

    /// What a party says; of the same dice always the same.
    List<Said> speech(int ssrc, Random random) {
        Speech speech = new Speech(this, ssrc, random);
        for (int slot = 0; slot < SLOTS + TAIL; slot++) {
            speaker.speak(speech, slot);
        }
        return speech.said;
    }

    /// Which one a packet is, counted from 0.
    static int number(byte[] packet) {
        return (ByteBuffer.wrap(packet).getShort(2) - FIRST_SEQUENCE) & 0xFFFF;
    }

    /// A packet in each slot; of ten one with all that a header may have.
    static Tongue audio(AudioFormat format, ToIntFunction<Random> payloadBytes) {
        return new Tongue(format.encodingName(), format, true, true, (speech, slot) -> {
            int bytes = payloadBytes.applyAsInt(speech.random);
            if (slot % 10 == 9) {
                speech.sayAdorned(slot, bytes);
            } else {
                speech.sayAudio(slot, speech.type(), bytes);
            }
        });
    }

    /// Speech, then a description of the noise (RFC 3389 §3) every 160 ms, and nothing between: the sequence goes on,
    /// the timestamps leap.
    static Tongue withComfortNoise(AudioFormat format) {
        return new Tongue("comfort noise", format, true, false, (speech, slot) -> {
            int inTurn = slot % TURN_SLOTS;
            if (inTurn < SPEECH_SLOTS || slot >= SLOTS) {
                int type = speech.type() | (inTurn == 0 ? MARKER : 0);
                speech.sayAudio(slot, type, format.ticksPerPacket());
            } else if ((inTurn - SPEECH_SLOTS) % NOISE_SLOTS == 0) {
                speech.sayAudio(slot, COMFORT_NOISE, 1 + speech.random.nextInt(11));
            }
        });
    }

    /// Speech, then a key that is held (RFC 4733 §2.5): packets of one timestamp, with a duration that grows, and the
    /// last one three times.
    static Tongue withEvents(AudioFormat format) {
        return new Tongue("events", format, true, false, (speech, slot) -> {
            int inTurn = slot % TURN_SLOTS;
            if (inTurn < SPEECH_SLOTS || slot >= SLOTS) {
                speech.sayAudio(slot, speech.type(), format.ticksPerPacket());
                return;
            }
            int held = inTurn - SPEECH_SLOTS;
            boolean last = inTurn == TURN_SLOTS - 1;
            int type = RoomCall.TELEPHONE_EVENT | (held == 0 ? MARKER : 0);
            byte[] payload = ByteBuffer.allocate(4)
                    .put((byte) (slot / TURN_SLOTS % 16))
                    .put((byte) (last ? END_OF_EVENT | VOLUME : VOLUME))
                    .putShort((short) ((held + 1) * format.ticksPerPacket()))
                    .array();
            for (int i = 0; i <= (last ? LAST_REPEATED : 0); i++) {
                speech.say(slot, type, speech.timestamp(slot - held), payload);
            }
        });
    }

    /// A picture every 40 ms, in packets of one timestamp of which the last has the marker (RFC 6184 §5.1).
    static Tongue video() {
        return new Tongue("video", new AudioFormat(96, "H264", 90_000, 20), true, true, (speech, slot) -> {
            for (int i = 0; slot % FRAME_SLOTS == 0 && i < FRAME_PACKETS; i++) {
                int type = speech.type() | (i == FRAME_PACKETS - 1 ? MARKER : 0);
                speech.sayAudio(slot, type, FRAGMENT_BYTES);
            }
        });
    }

    /// A fax (T.38) by UDPTL, a packet in each slot: they begin with a number, and by that look like junk, like RTCP
    /// and like RTP.
    static Tongue fax() {
        return new Tongue("fax", new AudioFormat(98, "t38", 8000, 20), false, true, (speech, slot) -> {
            byte[] rest = new byte[20 + speech.random.nextInt(60)];
            speech.random.nextBytes(rest);
            byte[] packet = ByteBuffer.allocate(2 + rest.length)
                    .putShort((short) (FIRST_OF_FAX + speech.said.size()))
                    .put(rest)
                    .array();
            speech.said.add(new Said(slot, packet));
        });
    }
}
