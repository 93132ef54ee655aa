package org.koegura.server.media;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.SrtpKeys;

/// What a party does to its packets before they are sent, and to those that come before it hears them.
///
/// [#opened] may be called from several threads, the rest from the one that speaks.
interface Seal {

    /// Plain RTP.
    Seal NONE = new Seal() {
        @Override
        public byte[] sealed(byte[] packet) {
            return packet;
        }

        @Override
        public byte[] opened(byte[] packet) {
            return packet;
        }
    };

    /// RTP or RTCP as it is sent; what cannot be sealed, as it is.
    byte[] sealed(byte[] packet);

    /// What came as it is heard; null where nothing is.
    byte @Nullable [] opened(byte[] packet);

    /// These very bytes were sent.
    default void sent(byte[] asItIs) {}

    /// What is agreed of it.
    default @Nullable SrtpKeys keys() {
        return null;
    }
}
