package org.koegura.sipproxy.srtp;

import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.negotiation.Transaction;

/// How a description passes.
///
/// @param from whose it is
/// @param dialog the callee's tag; empty where there is none yet
/// @param transaction that it came in; of an ACK, its INVITE's
/// @param answers whether it answers an offer of the other party
/// @param believed whether it came over TLS, so that its keys are its maker's
/// @param secret whether it goes on over TLS, whatever server takes it
public record Said(
        Leg from, String dialog, Transaction transaction, boolean answers, boolean believed, boolean secret) {}
