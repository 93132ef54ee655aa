/// What the media of calls must withstand: bad networks, strangers, nonsense, and disks that stand still. The product's
/// rooms of media and storage run here in this process, without signalling: a test agrees what the signalling would.
/// All
/// of it is tried with the kernel's help, as the product has it by default, and by our own sockets alone.
///
/// Glossary: the *room* is the product's media with its storage; a *telephone* is one party of a call, with sockets of
/// its own; a *campaign* is a million packets that are sent for what they do, or as many as
/// `-Dkoegura.campaign.packets` says.
///
/// Who may call: the tests of the whole product, for `Crowd`, `Standstill` and `FreezingDisk`; else nobody.
///
/// Threads: the test's thread speaks for all parties; a virtual thread listens at each socket.
///
/// Reading order: `MediaRoom` with `PassedBy`, `RoomCall`, `Telephone`, `Campaign`; `PausedCallIT`, `ImpairedMediaIT`
/// with `ImpairedLine` and `Tongue`, `HeardQualityIT`, `InjectionIT`, `MutatedMediaIT` and `MutatedVideoIT` with
/// `Nonsense`, `PacketMutator`, `Seal` and `FaultWatch`, `StalledDiskIT` with `Crowd`, `Standstill`, `LoopWatch` and
/// `FreezingDisk`.
@NullMarked
package org.koegura.server.media;

import org.jspecify.annotations.NullMarked;
