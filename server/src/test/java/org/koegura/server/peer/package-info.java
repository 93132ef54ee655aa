/// The real peers of the whole-system tests, each a process of its own on loopback: registrar, telephones, call
/// generator, browser, and the tap that sees every packet.
///
/// Glossary: a *peer* is somebody else's software; the *tap* is a capture of the loopback interface; a *block* is a
/// run of ports that belongs to one test.
///
/// Who may call: the tests of `org.koegura.server`.
///
/// Threads: the test's thread drives a peer; one virtual thread reads each of its outputs. Every wait is for a
/// condition, with a bound.
///
/// Reading order: `ChildProcess`, `LoopbackPorts`, `Kamailio`, `Baresip`, `Linphone`, `Sipp`, `Talker`, `Chromium`,
/// `Visitor`, `Cable`, `PacketTap`, `SmallWire`, `ImpairedHop`, `Rights`.
@NullMarked
package org.koegura.server.peer;

import org.jspecify.annotations.NullMarked;
