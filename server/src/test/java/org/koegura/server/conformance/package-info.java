/// What standards, torture and attackers have in store for the product as a process: nothing of it may be noticed by
/// whoever calls meanwhile.
///
/// Glossary: a *trap* is a row of the list of 38 cases that a record-routing, SDP-rewriting proxy gets wrong; it is
/// *shown* by a test that the table `traps.tsv` names. An *attacker* speaks from a loopback address of its own.
/// A *flow* is what two parties say to each other, of which SIPp plays each.
///
/// Who may call: nobody; these are tests.
///
/// Threads: attackers are virtual threads that end with their test.
///
/// Reading order: `TrapsTest`, `AttacksIT`, `Attackers`, `CorpusUnderCallsIT`, `Corpus`, `ImpairedCallIT`,
/// `TrapFlowsIT`, `NgnProfileIT`, `TwoSidesFlows`, `Flow`, `TwoSides`; `RestartIT`, `FlowRestartIT`,
/// `StalledProductIT`,
/// `Parties`.
@NullMarked
package org.koegura.server.conformance;

import org.jspecify.annotations.NullMarked;
