package org.koegura.audio;

import java.nio.ByteBuffer;

/// Turns the RTP payloads of one stream into linear sound, in their order. Made by [Codec#decoder].
///
/// It remembers what went before, so that each stream needs one of its own. One thread at a time.
public sealed interface PayloadDecoder extends AutoCloseable permits G711.Decoder, G722Decoder, OpusDecoder {

    /// Samples a second of what it gives; not always the clock of the RTP timestamps.
    int sampleRateHz();

    /// The most samples that a payload of so many octets may become: what the array of [#decode] must hold.
    int samplesMax(int payloadBytes);

    /// Decodes one payload, from its position to its limit, neither of which moves. Returns how many samples of one
    /// channel stand in `samples`; 0 where the payload is no sound of this codec, which changes nothing.
    int decode(ByteBuffer payload, short[] samples);

    /// Says that a payload of so many samples was lost, before the next one is decoded. Returns how many of them the
    /// codec could make up in `samples`: for Opus its own concealment, for others none.
    int conceal(int lostSamples, short[] samples);

    /// Gives memory back; the decoder must not be used after it.
    @Override
    void close();
}
