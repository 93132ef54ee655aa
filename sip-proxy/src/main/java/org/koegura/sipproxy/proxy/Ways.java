package org.koegura.sipproxy.proxy;

import java.time.Duration;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.TargetMeters;
import org.koegura.sipproxy.transaction.Transactions;

/// What a response context needs to send things on.
///
/// @param timerC how long an INVITE may go without a response (RFC 3261 §16.6 item 11: more than 3 minutes)
record Ways(
        Branches branches,
        RouteMarks marks,
        Transactions transactions,
        StatelessForwarder stateless,
        Onwards onwards,
        Registrars registrars,
        Timers timers,
        TargetMeters targets,
        Neighbours neighbours,
        Duration timerC) {}
