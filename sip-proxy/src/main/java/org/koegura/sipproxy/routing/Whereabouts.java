package org.koegura.sipproxy.routing;

import java.time.Instant;
import java.util.List;
import org.koegura.sipproxy.srtp.SrtpProfiles;
import org.koegura.sipproxy.transport.Hop;

/// Where the proxy stands: between whom, and who is at home there.
///
/// @param neighbours whom it has on its two sides
/// @param extensions whose identities are inside
/// @param srtp what is spoken with whom
/// @param earlyProofs that callers of a server of the trunk hear what is played before the answer
public record Whereabouts(
        Neighbours neighbours, Extensions extensions, SrtpProfiles srtp, List<EarlyProof> earlyProofs) {

    public Whereabouts {
        earlyProofs = List.copyOf(earlyProofs);
    }

    /// Where nothing is set about SRTP.
    public Whereabouts(Neighbours neighbours, Extensions extensions) {
        this(neighbours, extensions, SrtpProfiles.PASSING);
    }

    /// Where nothing is proven.
    public Whereabouts(Neighbours neighbours, Extensions extensions, SrtpProfiles srtp) {
        this(neighbours, extensions, srtp, List.of());
    }

    /// Whether it is proven of whoever sends from there that its callers hear what is played before the answer.
    public boolean provesEarlyMedia(Hop source, Instant now) {
        return earlyProofs.stream().anyMatch(proof -> proof.holdsAt(now) && neighbours.isTrunk(proof, source));
    }
}
