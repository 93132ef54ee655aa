/// REST and web pages: what people at a city hall see of their calls and recordings. Everything asks the one door of
/// governance; nothing here decides who may do what.
///
/// Glossary:
///
/// - *session*: somebody signed in, known by a bearer token or by a cookie that holds one.
/// - *problem*: a refusal on its way to a client, RFC 9457, in the reader's language.
/// - *words*: every text that a person reads, one table a language; no text stands in code or template.
/// - *stream*: the live list as server-sent events, one request that goes on.
/// - *ticket*: the right to hear one recording, by which the player's many ranged reads go, or to take one copy, once.
///
/// Who may call: the composition root opens it; browsers and programs on its HTTP port do the rest.
///
/// Threads: `console-…`, one platform thread a request, so that handlers block as they like; a stream keeps its own
/// until it ends. No virtual threads: checking a password or a recording computes for long, and the calls' virtual
/// threads would wait for their carrier. Connections are bounded, and streams by the door.
///
/// Reading order: [org.koegura.console.Console], [org.koegura.console.Gate], [org.koegura.console.Api],
/// [org.koegura.console.Pages], [org.koegura.console.LiveEvents], [org.koegura.console.Problem],
/// [org.koegura.console.Faults],
/// [org.koegura.console.ByteRange]; then the package `page`.
@NullMarked
package org.koegura.console;

import org.jspecify.annotations.NullMarked;
