package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.message.SIPMessage;
import java.io.IOException;
import org.koegura.sipproxy.transport.Hop;

/// Takes what the stack wants sent. Safe from any thread; MUST NOT block.
interface StackOutlet {

    /// A message of the stack: one of our views, or its own ACK of a non-2xx.
    ///
    /// @throws IOException where it is neither
    void send(SIPMessage message, Hop to) throws IOException;

    /// A response that is repeated, as the bytes that were sent before.
    void resend(byte[] response, Hop to);
}
