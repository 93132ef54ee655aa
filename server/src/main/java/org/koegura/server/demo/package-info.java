/// `koegura demo`: one real call through the product, between two software telephones, told as it happens.
///
/// Glossary: the *exchange* stands for the city's PBX, a registrar that keeps Path and forwards by it; the *citizen*
/// calls, the *staff* telephone is registered through the product; the *subject* is the product as a user sees it.
///
/// Who may call: `server`'s demo command; the whole-system tests use [org.koegura.server.demo.Correlation].
///
/// Threads: each socket has one reader on a virtual thread; a telephone's calls are driven by the thread that made
/// them. The narration is the caller's thread.
///
/// Reading order: [org.koegura.server.demo.Demo], [org.koegura.server.demo.DemoSubject], `DemoCall`, `SoftTelephone`,
/// `SoftCall`, `SipEndpoint`, `SipMessage`, `DemoExchange`, `RtpTalk`.
@NullMarked
package org.koegura.server.demo;

import org.jspecify.annotations.NullMarked;
