/// What one call writes into the journal of people's acts, in its own name or in that of whoever acted.
///
/// Glossary: *act*: a word that governance knows (`Act`).
///
/// Who may call: `sipproxy.call`.
///
/// Threads: all of it runs on the thread of the call, and blocks until the journal has it.
@NullMarked
package org.koegura.sipproxy.journal;

import org.jspecify.annotations.NullMarked;
