/// What exempts a call before it comes: a code that its telephone dialled (N7), or a standing exemption for the other
/// party's number (N8).
///
/// Who may call: `sipproxy.call`, as a call begins.
///
/// Threads: any.
///
/// Reading order: [org.koegura.sipproxy.exemption.Incoming],
/// [org.koegura.sipproxy.exemption.Beforehand].
@NullMarked
package org.koegura.sipproxy.exemption;

import org.jspecify.annotations.NullMarked;
