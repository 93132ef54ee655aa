/// The composition root: reads what the operator asked for, builds every room in one place, starts and stops it all.
///
/// Glossary: *wiring*, the one list of constructors that joins the rooms; *drain*, refusing new calls while the
/// running ones go on to their end; *rehearsal*, calls of the product to itself before it answers telephones;
/// *ground*, what the calls of a process that died go on by before the other rooms are open.
///
/// Who may call: nobody; the launcher starts [org.koegura.server.Main].
///
/// Threads: the main thread builds and then waits; signals arrive on a thread of the JVM and only set flags.
/// After a kill `recovery` has threads of its own.
///
/// Reading order: [org.koegura.server.Main], `RunCommand`, `Product`, `Wiring`, `Ground`, `Addresses`,
/// `Rehearsed`, `Shutdown`; the log: `DataLog`, with `log` below; `DemoCommand`. The packages below know nothing
/// of this one: `config` is what the operator asked for, `rehearsal` whole calls on loopback, `recovery` what is
/// told of a process that died, `demo` and `bench` the commands of these names.
@NullMarked
package org.koegura.server;

import org.jspecify.annotations.NullMarked;
