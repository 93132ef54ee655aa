package org.koegura.audio;

/// Turns the sound of one stream into RTP payloads, in their order. Made by [Codec#encoder].
///
/// It remembers what went before, so that each stream needs one of its own. One thread at a time.
public sealed interface PayloadEncoder extends AutoCloseable permits G711.Encoder, G722Encoder, OpusEncoder {

    /// Encodes `samples[from, to)`, one channel at [Codec#sampleRateHz], into a new payload.
    ///
    /// G.722 takes an even number of samples; Opus takes 10, 20, 40 or 60 ms. Throws [IllegalArgumentException] for
    /// any other.
    byte[] encode(short[] samples, int from, int to);

    /// Gives memory back; the encoder must not be used after it.
    @Override
    void close();
}
