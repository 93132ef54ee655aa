package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.rtp.ZrtpMessage;

/// Beside step 2 of 5 on the packet path: whether the parties of one call have agreed on keys in the stream itself
/// (ZRTP, RFC 6189), so that nobody on the way can read what they say. It takes both: the word of one and the other's
/// answer to it.
///
/// Owned by the call's event loop; allocates nothing.
final class ZrtpWatch {

    private @Nullable Leg confirmed;
    private boolean agreed;

    /// A message passed. Returns whether it is the one by which they have agreed.
    boolean passed(Leg leg, ByteBuf message) {
        if (ZrtpMessage.confirms(message)) {
            confirmed = leg;
        }
        boolean agrees = !agreed && confirmed == leg.far() && ZrtpMessage.acknowledgesConfirmation(message);
        agreed |= agrees;
        return agrees;
    }
}
