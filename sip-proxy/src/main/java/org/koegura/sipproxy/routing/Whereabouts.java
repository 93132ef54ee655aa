package org.koegura.sipproxy.routing;

import org.koegura.sipproxy.srtp.SrtpProfiles;

/// Where the proxy stands: between whom, and who is at home there.
///
/// @param neighbours whom it has on its two sides
/// @param extensions whose identities are inside
/// @param srtp what is spoken with whom
public record Whereabouts(Neighbours neighbours, Extensions extensions, SrtpProfiles srtp) {

    /// Where nothing is set about SRTP.
    public Whereabouts(Neighbours neighbours, Extensions extensions) {
        this(neighbours, extensions, SrtpProfiles.PASSING);
    }
}
