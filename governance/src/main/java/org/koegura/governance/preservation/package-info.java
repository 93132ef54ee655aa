/// Requests to preserve a call (Art. 7.1; H2).
///
/// Glossary: a *request* protects a call, in all its parts, from the moment on in which it is on stable
/// storage, and until it is *decided*; who decides, and by which document, is not built yet. It is no
/// *hold*: that is the manager's (H1).
///
/// Who may call: the door, for people; sip-proxy by the port `Preservations`, for telephones.
///
/// Threads: any number; every method but the look at calls that are up blocks.
///
/// Reading order: `PreservationActs`.
@NullMarked
package org.koegura.governance.preservation;

import org.jspecify.annotations.NullMarked;
