package org.koegura.sipproxy.srtp;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.sipproxy.negotiation.Agreement;
import org.koegura.sipproxy.negotiation.Agreement.Form;

/// Parties who spoke plain may turn to SRTP between them. From the offer on nobody can tell what comes,
/// and from the answer on nobody can read it: neither may be recorded as if it were audio.
///
/// Not safe from several threads: its negotiation locks it.
public final class SealedAudio {

    private final MediaSession media;
    private boolean plainOnce;
    private boolean withheld;
    private long times;

    public SealedAudio(MediaSession media) {
        this.media = media;
    }

    /// Goes on where another process was.
    ///
    /// @param heardPlain whether that heard plain audio
    public void resume(boolean heardPlain) {
        plainOnce = heardPlain;
    }

    /// Media go by this from now on. Returns whether the parties sealed audio that was plain before; the
    /// media know it.
    public boolean applied(Agreement agreement) {
        boolean sealed = plainOnce && agreement.form() == Form.SEALED;
        plainOnce |= agreement.form() == Form.PLAIN;
        if (sealed) {
            times++;
            media.encrypted();
        }
        return sealed;
    }

    /// An offer came, or what became of one.
    ///
    /// @param now what media go by; null for nothing yet
    /// @param offered whether an offer is out that may seal it
    /// @return whether that is new
    public boolean offered(@Nullable Agreement now, boolean offered) {
        boolean plain = now != null && now.form() == Form.PLAIN;
        boolean may = plain && offered;
        if (may && !withheld) {
            media.mayBeEncrypted();
        } else if (now != null && plain && !may && withheld) {
            media.audio(now.audio());
        }
        boolean isNew = may != withheld;
        withheld = may;
        return isNew;
    }

    /// How often plain audio was sealed.
    public long times() {
        return times;
    }
}
