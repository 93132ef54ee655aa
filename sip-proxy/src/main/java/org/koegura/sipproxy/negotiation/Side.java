package org.koegura.sipproxy.negotiation;

import java.net.InetAddress;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.sdp.SessionDescription;

/// One party's description, and where its signalling came from.
///
/// @param leg whose it is
public record Side(Leg leg, SessionDescription sdp, InetAddress source) {}
