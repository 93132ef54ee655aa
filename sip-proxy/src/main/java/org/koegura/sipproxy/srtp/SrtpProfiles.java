package org.koegura.sipproxy.srtp;

import org.koegura.callmodel.srtp.SrtpProfile;

/// What is spoken with each kind of neighbour.
///
/// @param upstream registrar or PBX
/// @param trunk the carrier, and whoever is beyond it
/// @param telephones that come to us themselves, and whoever else is no neighbour on the telephone side
public record SrtpProfiles(SrtpProfile upstream, SrtpProfile trunk, SrtpProfile telephones) {

    /// What holds where nothing is set.
    public static final SrtpProfiles PASSING = new SrtpProfiles(SrtpProfile.PASS, SrtpProfile.PASS, SrtpProfile.PASS);
}
