/// What a dialled or signalled number means in Japan: its international form, and whether it is an emergency (J4, N11).
///
/// Glossary:
///
/// - *0AB-J*: a number of the fixed network, 10 digits from 0 on; *050*: of an IP telephone, 11 digits; *0A0*: of a
///   mobile telephone (070, 080, 090, 060, 020), 11 digits.
/// - *184*, *186*: dialled before a number, withholds or shows the caller's own.
/// - *outside-line prefix*: what a telephone of the site dials first to call out, often 0.
/// - *phone context*: where a number that is not international holds (RFC 3966 §5.1.5).
///
/// Who may call: the packages of this room.
///
/// Threads: everything is immutable and pure but `EmergencyCalls`, which remembers who called and is safe from any
/// thread.
///
/// Reading order: [org.koegura.sipproxy.numbers.DialPlan], [org.koegura.sipproxy.numbers.DialledNumber],
/// [org.koegura.sipproxy.numbers.EmergencyNumbers], [org.koegura.sipproxy.numbers.EmergencyCalls].
@NullMarked
package org.koegura.sipproxy.numbers;

import org.jspecify.annotations.NullMarked;
